package io.zart.server.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Sends bytes that no decent client would send. */
final class RawSocket {

    private RawSocket() {}

    /** Sends a request with exactly these headers and this body (Host, Connection and Content-Length are added). */
    static Answer send(String method, String target, byte[] body, String... headerLines) {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        head.append("Host: localhost\r\nConnection: close\r\n");
        for (String line : headerLines) {
            head.append(line).append("\r\n");
        }
        if (body.length > 0 || method.equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        head.append("\r\n");
        return parse(method + " " + target, exchange(head.toString(), body));
    }

    /** Sends exactly these bytes, one request that closes its connection, and reads its answer. */
    static Answer sendRaw(byte[] request) {
        String line = new String(request, 0, Math.min(60, request.length), StandardCharsets.ISO_8859_1);
        return parse(line, exchange("", request));
    }

    /** Sends a head and a body on one connection and reads until the server closes it. */
    static String exchange(String head, byte[] body) {
        try (Socket socket = new Socket("localhost", Api.port())) {
            socket.setSoTimeout((int) Api.HANG.toMillis());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(body);
            socket.getOutputStream().write(out.toByteArray());
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(head.lines().findFirst().orElse("a request") + " got no answer", e);
        }
    }

    private static Answer parse(String request, String all) {
        int end = all.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError(request + " got no HTTP answer: " + all);
        }
        String[] lines = all.substring(0, end).split("\r\n");
        Map<String, List<String>> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.computeIfAbsent(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(lines[i].substring(colon + 1).trim());
        }
        int status = Integer.parseInt(lines[0].split(" ")[1]);
        return new Answer(request, status, headers, all.substring(end + 4));
    }
}
