package io.zart.server.hostile;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections to the service on which anything may be sent. What is not answered in time is told as a hang. */
final class Wire implements AutoCloseable {

    /** The service has closed the connection while the request was being sent. */
    static final String CUT = "cut";

    private static final int HANG_MILLIS = 20_000;

    private final int port;
    private final List<Socket> held = new ArrayList<>();

    Wire(String url) {
        this.port = URI.create(url).getPort();
    }

    /** A connection that is kept until this is closed, on which that much was sent. */
    Socket hold(String start) throws IOException {
        Socket socket = connect();
        held.add(socket);
        send(socket, start);
        return socket;
    }

    /** A connection; reading from it fails when nothing comes for long. */
    Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(HANG_MILLIS);
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Everything up to the end of the connection. */
    static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The answer up to the end of the connection, {@link #CUT}, or what went wrong. */
    String exchange(byte[] request) {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(request);
            } catch (IOException closed) {
                return CUT;
            }
            return read(socket);
        } catch (IOException e) {
            return "no answer: " + e;
        }
    }

    String exchange(String request) {
        return exchange(request.getBytes(StandardCharsets.UTF_8));
    }

    /** The status of the answer, whether or not the connection stays open. */
    String status(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8).substring(9);
        }
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : held) {
            socket.close();
        }
    }
}
