import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;

/**
 * An HTTP client of one thread and one selector: keep-alive connections, each with one request under way. It costs 0.02 to 0.05 CPU
 * seconds for a thousand requests, so that it is not what is measured.
 */
final class Load {

    /**
     * What came out.
     *
     * @param count executions whose script went through
     * @param nanos their durations, sorted
     * @param refused answers 503
     * @param refusedNanos durations of those, sorted
     */
    record Result(
            int count, double seconds, long[] nanos, int refused, long[] refusedNanos, int errors, String firstError) {

        double rate() {
            return count / seconds;
        }

        static double millis(long[] sorted, double percent) {
            return sorted.length == 0
                    ? 0
                    : sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100) - 1)] / 1e6;
        }
    }

    private static final class Connection {
        private SocketChannel channel;
        private SelectionKey key;
        private ByteBuffer in = ByteBuffer.allocate(16 << 10);
        private ByteBuffer out;
        private long since;
        private int n;
        private int step;
    }

    private final int[] ports;
    private final Script script;
    private final int most;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private long[] nanos = new long[1 << 16];
    private long[] refusedNanos = new long[16];
    private int done;
    private int refused;
    private int begun;
    private int errors;
    private String firstError;

    Load(int[] ports, Script script) {
        this(ports, script, 0);
    }

    /** @param most executions a second, 0 for as many as the connections make */
    Load(int[] ports, Script script, int most) {
        this.ports = ports;
        this.script = script;
        this.most = most;
    }

    /** Runs {@code count} executions, or, if that is 0, as many as go into so many seconds. */
    Result run(int connections, int count, double seconds) throws IOException {
        long from = System.nanoTime();
        try (Selector selector = Selector.open()) {
            int open = 0;
            for (int i = 0; i < connections && (count == 0 || i < count); i++) {
                begin(connect(selector, ports[i % ports.length]));
                open++;
            }
            while (open > 0 && errors < 1_000) {
                selector.select(most > 0 ? 1 : 1_000);
                while (!idle.isEmpty() && (System.nanoTime() - from) / 1e9 * most >= begun) {
                    begin(idle.remove());
                }
                boolean enough = count > 0 ? begun >= count : System.nanoTime() - from > seconds * 1e9;
                for (SelectionKey key : selector.selectedKeys()) {
                    Connection c = (Connection) key.attachment();
                    if (key.isWritable()) {
                        write(c);
                    }
                    if (key.isReadable() && answered(c)) {
                        if (enough || count > 0 && begun >= count) {
                            c.channel.close();
                            open--;
                        } else if (most > 0) {
                            idle.add(c);
                        } else {
                            begin(c);
                        }
                    }
                }
                while (enough && !idle.isEmpty()) {
                    idle.remove().channel.close();
                    open--;
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
        double took = (System.nanoTime() - from) / 1e9;
        return new Result(done, took, sorted(nanos, done), refused, sorted(refusedNanos, refused), errors, firstError);
    }

    private static long[] sorted(long[] values, int count) {
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static Connection connect(Selector selector, int port) throws IOException {
        Connection c = new Connection();
        c.channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
        c.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        c.channel.configureBlocking(false);
        c.key = c.channel.register(selector, SelectionKey.OP_READ, c);
        return c;
    }

    private void begin(Connection c) throws IOException {
        c.n = begun++;
        c.step = 0;
        c.since = System.nanoTime();
        send(c, script.request(c.n, 0));
    }

    private static void send(Connection c, Script.Request request) throws IOException {
        byte[] body = request.body() == null ? new byte[0] : request.body().getBytes(StandardCharsets.UTF_8);
        String head = request.method() + ' ' + request.path() + " HTTP/1.1\r\nHost: bench\r\n" + request.headers()
                + (request.body() == null
                        ? ""
                        : "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n")
                + "\r\n";
        byte[] bytes = head.getBytes(StandardCharsets.US_ASCII);
        c.in.clear();
        c.out = ByteBuffer.allocate(bytes.length + body.length)
                .put(bytes)
                .put(body)
                .flip();
        write(c);
    }

    private static void write(Connection c) throws IOException {
        c.channel.write(c.out);
        int interest = SelectionKey.OP_READ | (c.out.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        if (c.key.interestOps() != interest) {
            c.key.interestOps(interest);
        }
    }

    /** Reads; true when the execution's last answer is complete. */
    private boolean answered(Connection c) throws IOException {
        if (c.channel.read(c.in) < 0) {
            fail("connection closed by the server");
            return true;
        }
        if (!complete(c.in)) {
            if (!c.in.hasRemaining()) {
                c.in = ByteBuffer.allocate(2 * c.in.capacity()).put(c.in.flip());
            }
            return false;
        }
        byte[] bytes = c.in.array();
        int status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0';
        if (script.again(status)) {
            send(c, script.request(c.n, c.step));
            return false;
        }
        if (status == 503) {
            if (refused == refusedNanos.length) {
                refusedNanos = Arrays.copyOf(refusedNanos, 2 * refused);
            }
            refusedNanos[refused++] = System.nanoTime() - c.since;
            return true;
        }
        String answer = new String(bytes, 0, c.in.position(), StandardCharsets.ISO_8859_1);
        if (!script.expected(c.n, c.step, status, answer)) {
            fail(answer);
            return true;
        }
        Script.Request next = script.request(c.n, ++c.step);
        if (next != null) {
            send(c, next);
            return false;
        }
        if (done == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * done);
        }
        nanos[done++] = System.nanoTime() - c.since;
        return true;
    }

    private void fail(String what) {
        errors++;
        if (firstError == null) {
            firstError = what.substring(0, Math.min(300, what.length())).replaceAll("\\s+", " ");
        }
    }

    /** Whether the buffer holds a whole answer; every answer of the service has a length or is chunked. */
    private static boolean complete(ByteBuffer in) {
        int head = headLength(in);
        if (head < 0) {
            return false;
        }
        String header = new String(in.array(), 0, head, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
        int at = header.indexOf("content-length:");
        if (at >= 0) {
            int length = Integer.parseInt(
                    header.substring(at + 15, header.indexOf('\r', at)).trim());
            return in.position() >= head + length;
        }
        int end = in.position();
        return !header.contains("transfer-encoding: chunked")
                || new String(
                                in.array(),
                                Math.max(head, end - 5),
                                end - Math.max(head, end - 5),
                                StandardCharsets.US_ASCII)
                        .endsWith("0\r\n\r\n");
    }

    private static int headLength(ByteBuffer in) {
        byte[] b = in.array();
        for (int i = 3; i < in.position(); i++) {
            if (b[i] == '\n' && b[i - 1] == '\r' && b[i - 2] == '\n' && b[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }
}
