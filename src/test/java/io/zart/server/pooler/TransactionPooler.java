package io.zart.server.pooler;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a pooler in transaction mode does to its clients: each transaction goes to whichever server connection has been idle for
 * longest, nothing of a session goes with it, and a parameter of the start-up that it does not know is refused.
 */
final class TransactionPooler implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int CANCEL_REQUEST = 80877102;

    /** What is let through unless the pooler is told otherwise. */
    private static final Set<String> KNOWN_PARAMETERS = Set.of(
            "user",
            "database",
            "client_encoding",
            "datestyle",
            "timezone",
            "standard_conforming_strings",
            "application_name",
            "intervalstyle");

    private final ServerSocket listener;
    private final BlockingQueue<Backend> idle = new LinkedBlockingQueue<>();
    private final List<Socket> open = new ArrayList<>();
    private final Set<String> ignored;
    private final Set<String> refused = new ConcurrentSkipListSet<>();
    private final AtomicInteger changes = new AtomicInteger();
    private byte[] greeting = new byte[0];

    /**
     * A pooler in front of a server that asks for no password.
     *
     * @param ignored parameters of the start-up that it is told to ignore
     */
    TransactionPooler(int serverPort, String user, String database, int size, Set<String> ignored) throws IOException {
        this.ignored = ignored;
        for (int i = 0; i < size; i++) {
            idle.add(new Backend(connect(serverPort), user, database));
        }
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        inBackground("accept", () -> {
            while (true) {
                Socket socket = kept(listener.accept());
                inBackground("client", () -> new Client(socket).serve());
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How often a client found itself on another server connection than before. */
    int changes() {
        return changes.get();
    }

    /** Parameters of the start-up that were refused. */
    Set<String> refused() {
        return refused;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : List.copyOf(open)) {
            socket.close();
        }
    }

    private Socket connect(int port) throws IOException {
        return kept(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private synchronized Socket kept(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        open.add(socket);
        return socket;
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void inBackground(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // The other side has gone.
                    }
                },
                "pooler-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** @param type 0 for a message of the start-up, which has none */
    private record Message(char type, byte[] body) {

        static Message read(DataInputStream in, boolean typed) throws IOException {
            char type = typed ? (char) in.readUnsignedByte() : 0;
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            return new Message(type, body);
        }

        void write(DataOutputStream out) throws IOException {
            if (type != 0) {
                out.writeByte(type);
            }
            out.writeInt(body.length + 4);
            out.write(body);
        }

        /** Whether the server answers with its readiness for the next one. */
        boolean endsABatch() {
            return type == 'S' || type == 'Q';
        }
    }

    private final class Backend {
        private final DataInputStream in;
        private final DataOutputStream out;
        private volatile Client client;

        Backend(Socket socket, String user, String database) throws IOException {
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
            String parameters = "\0\3\0\0user\0" + user + "\0database\0" + database + "\0\0";
            new Message((char) 0, parameters.getBytes(StandardCharsets.ISO_8859_1)).write(out);
            out.flush();
            java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
            Message message;
            do {
                message = Message.read(in, true);
                message.write(new DataOutputStream(said));
            } while (message.type() != 'Z');
            greeting = said.toByteArray();
            inBackground("server", this::answer);
        }

        private void answer() throws IOException {
            while (true) {
                Message message = Message.read(in, true);
                Client served = client;
                if (served != null) {
                    served.answered(message, this);
                }
            }
        }

        void send(Message message) throws IOException {
            message.write(out);
            out.flush();
        }
    }

    private final class Client {
        private final DataInputStream in;
        private final DataOutputStream out;
        private Backend backend;
        private Backend before;
        private int unanswered;
        private boolean amidABatch;

        Client(Socket socket) throws IOException {
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        }

        void serve() throws IOException, InterruptedException {
            if (!greeted()) {
                return;
            }
            while (true) {
                Message message = Message.read(in, true);
                if (message.type() == 'X') {
                    return;
                }
                forward(message);
            }
        }

        private boolean greeted() throws IOException {
            Message start = Message.read(in, false);
            int code = java.nio.ByteBuffer.wrap(start.body()).getInt();
            if (code == SSL_REQUEST) {
                out.writeByte('N');
                out.flush();
                return greeted();
            }
            if (code == CANCEL_REQUEST) {
                return false;
            }
            String[] parameters =
                    new String(start.body(), 4, start.body().length - 4, StandardCharsets.UTF_8).split("\0");
            for (int i = 0; i < parameters.length - 1; i += 2) {
                String name = parameters[i].toLowerCase(java.util.Locale.ROOT);
                if (!KNOWN_PARAMETERS.contains(name) && !ignored.contains(name)) {
                    refused.add(name);
                    String error = "SFATAL\0C08P01\0Munsupported startup parameter: " + name + "\0\0";
                    new Message('E', error.getBytes(StandardCharsets.UTF_8)).write(out);
                    out.flush();
                    return false;
                }
            }
            out.write(greeting);
            out.flush();
            return true;
        }

        private synchronized void forward(Message message) throws IOException, InterruptedException {
            if (backend == null) {
                backend = takeAnotherThan(idle, before);
                backend.client = this;
                if (before != null && before != backend) {
                    changes.incrementAndGet();
                }
                before = backend;
            }
            unanswered += message.endsABatch() ? 1 : 0;
            amidABatch = !message.endsABatch();
            backend.send(message);
        }

        private static Backend takeAnotherThan(BlockingQueue<Backend> idle, Backend before)
                throws InterruptedException {
            Backend taken = idle.take();
            Backend other = taken == before ? idle.poll() : null;
            if (other == null) {
                return taken;
            }
            idle.add(taken);
            return other;
        }

        private synchronized void answered(Message message, Backend from) throws IOException {
            message.write(out);
            out.flush();
            if (message.type() == 'Z') {
                unanswered--;
                if (unanswered == 0 && !amidABatch && message.body()[0] == 'I') {
                    backend = null;
                    from.client = null;
                    idle.add(from);
                }
            }
        }
    }
}
