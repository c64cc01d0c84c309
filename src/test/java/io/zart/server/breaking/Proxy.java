package io.zart.server.breaking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/** The network between one instance and the database: it can be slow, silent, cut or reset. Thread-safe. */
final class Proxy implements AutoCloseable {

    /** What becomes of the bytes. */
    enum Mode {
        PASS,
        /** Every piece comes late. */
        SLOW,
        /** Nothing arrives, and nobody is told. */
        SILENT,
        /** Connections are refused. */
        CUT
    }

    private static final int SLOW_MILLIS = 30;

    private final IntSupplier target;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;

    /** @param target the port of the database, asked for every connection */
    Proxy(IntSupplier target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void mode(Mode next) {
        mode = next;
        if (next == Mode.CUT) {
            reset();
        }
    }

    /** How many connections lead through it now. */
    int connections() {
        return open.size() / 2;
    }

    /** Ends all connections without a farewell. */
    void reset() {
        open.forEach(socket -> {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                // It has gone already.
            }
            close(socket);
        });
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            Socket client = null;
            try {
                client = server.accept();
                if (mode == Mode.CUT) {
                    close(client);
                    continue;
                }
                Socket database = new Socket(InetAddress.getLoopbackAddress(), target.getAsInt());
                join(client, database);
                join(database, client);
            } catch (IOException e) {
                close(client);
            }
        }
    }

    private void join(Socket from, Socket to) {
        open.add(from);
        threads.execute(() -> {
            byte[] piece = new byte[16 * 1024];
            try {
                int length;
                while ((length = from.getInputStream().read(piece)) >= 0) {
                    while (mode == Mode.SILENT && !from.isClosed()) {
                        pause(20);
                    }
                    if (mode == Mode.SLOW) {
                        pause(SLOW_MILLIS);
                    }
                    to.getOutputStream().write(piece, 0, length);
                }
            } catch (IOException e) {
                // One side has gone: so does the other.
            } finally {
                close(from);
                close(to);
                open.remove(from);
            }
        });
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static void close(Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // Closed is what it should be.
            }
        }
    }
}
