package io.zart.server.hostile;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes requests that no decent client would send, for one route. The seed decides them. */
final class HostileRequests {

    /** What means something to a database, a template or a shell, and nothing here. */
    static final List<String> SPEAKING = List.of(
            "'; drop table execution; --",
            "' or '1'='1",
            "x'); select pg_sleep(30); --",
            "'||(select pg_sleep(30))||'",
            "\\'; select 1; --",
            "100%_",
            "$1",
            "$$ select 1 $$",
            "${jndi:ldap://x}",
            "{{7*7}}",
            "<script>alert(1)</script>",
            "`id`",
            "\u202Eabc");

    private static final List<String> STRINGS = List.of(
            "",
            " ",
            "x",
            "a/b",
            "..",
            "%",
            "\u0000",
            "a\r\nX-Injected: 1",
            "a\nlevel=ERROR forged line",
            "\uD83D\uDE00",
            "\uD800",
            "x".repeat(255),
            "x".repeat(256),
            "x".repeat(1000));
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1.5",
            "1e400",
            "-1e400",
            "NaN",
            "99999999999999999999999999",
            "1e-400",
            "00",
            "0x10",
            "2147483648");
    private static final List<String> TIMES = List.of(
            "\"2020-01-01\"",
            "\"2020-13-45T99:99:99Z\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"-0001-01-01T00:00:00Z\"",
            "\"0000-00-00T00:00:00Z\"",
            "\"9999-12-31T23:59:59.999999999Z\"",
            "\"now\"");
    private static final List<String> FIELDS = List.of(
            "executionId",
            "taskName",
            "payload",
            "onConflict",
            "timeoutSecs",
            "delaySecs",
            "startAt",
            "tags",
            "ids",
            "mode",
            "stepName",
            "rerunSteps",
            "preserveSteps",
            "triggeredBy",
            "reason",
            "stepPattern",
            "expiresAt",
            "taskNames",
            "workerId",
            "limit",
            "token",
            "commands",
            "unknown");
    private static final List<String> PARAMETERS = List.of(
            "status",
            "taskName",
            "search",
            "from",
            "to",
            "sortBy",
            "sortOrder",
            "limit",
            "offset",
            "cursor",
            "timeoutSecs",
            "timeout_secs",
            "onConflict",
            "runId",
            "dryRun",
            "includeDeleted");
    private static final List<String> HEADERS = List.of(
            "Content-Type: text/plain",
            "Content-Type: application/json; charset=utf-16",
            "Content-Type: multipart/form-data",
            "Content-Type: ;;;",
            "Content-Encoding: gzip",
            "Accept: text/html",
            "Accept: ,,,;q=9",
            "Idempotency-Key: ' or 1=1",
            "If-None-Match: *",
            "Prefer: wait=99999999999",
            "Prefer: wait=-1;;;",
            "Last-Event-ID: zzz",
            "Expect: 100-continue",
            "Cookie: " + "c".repeat(3000),
            "Range: bytes=0-",
            "traceparent: zz");

    private final Random random;
    private final String method;
    private final String template;

    /** @param template a path with parameters in braces */
    HostileRequests(long seed, String method, String template) {
        this.random = new Random(seed);
        this.method = method;
        this.template = template;
    }

    /** A whole request that closes its connection. */
    byte[] next() {
        byte[] body = method.equals("GET") && random.nextInt(8) > 0 ? new byte[0] : body();
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(target())
                .append(" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        String length = random.nextInt(40) == 0 ? one(List.of("-1", "x", "99999999999", "")) : "" + body.length;
        if (body.length > 0 && random.nextInt(20) == 0) {
            head.append("Transfer-Encoding: chunked\r\n");
            body = chunked(body);
        } else if (body.length > 0 || !method.equals("GET")) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        if (random.nextInt(3) > 0) {
            head.append("Content-Type: application/json\r\n");
        }
        while (random.nextInt(3) == 0) {
            head.append(one(HEADERS)).append("\r\n");
        }
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        byte[] all = java.util.Arrays.copyOf(start, start.length + body.length);
        System.arraycopy(body, 0, all, start.length, body.length);
        return all;
    }

    private static byte[] chunked(byte[] body) {
        ByteArrayOutputStream chunks = new ByteArrayOutputStream();
        int half = (body.length + 1) / 2;
        for (int from = 0; from < body.length; from += half) {
            int length = Math.min(half, body.length - from);
            chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            chunks.write(body, from, length);
            chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return chunks.toByteArray();
    }

    private String target() {
        StringBuilder target = new StringBuilder();
        for (String part : template.split("(?=\\{)|(?<=\\})")) {
            target.append(part.startsWith("{") ? encoded(string()) : part);
        }
        // A wait that is answered is not what this is about.
        target.append("?timeoutSecs=0");
        while (random.nextInt(2) == 0) {
            target.append('&')
                    .append(one(PARAMETERS))
                    .append('=')
                    .append(encoded(random.nextBoolean() ? string() : one(NUMBERS)));
        }
        return target.toString();
    }

    private String encoded(String text) {
        if (random.nextInt(30) == 0) {
            return one(List.of("%", "%zz", "%ff%fe", "%00", "%2F", "%0d%0aX:1", "%u0041"));
        }
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            encoded.append(
                    Character.isLetterOrDigit(each) && each > 0 ? "" + (char) each : "%%%02X".formatted(each & 0xff));
        }
        return encoded.isEmpty() ? "-" : encoded.toString();
    }

    private byte[] body() {
        if (random.nextInt(300) == 0) {
            return ("{\"payload\":[" + "1,".repeat(900_000) + "1],\"taskName\":\"x\"}")
                    .getBytes(StandardCharsets.UTF_8);
        }
        return switch (random.nextInt(12)) {
            case 0 -> new byte[0];
            case 1 -> bytes(64);
            case 2 -> "[".repeat(1 + random.nextInt(5000)).getBytes(StandardCharsets.UTF_8);
            case 3 -> ("{\"a\":".repeat(1200) + "1" + "}".repeat(1200)).getBytes(StandardCharsets.UTF_8);
            case 4 -> value(0).getBytes(StandardCharsets.UTF_8);
            case 5 -> cut(object());
            default -> object().getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] cut(String text) {
        byte[] whole = text.getBytes(StandardCharsets.UTF_8);
        byte[] part = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 1));
        if (part.length > 0) {
            part[random.nextInt(part.length)] = (byte) random.nextInt(256);
        }
        return part;
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String object() {
        StringBuilder json = new StringBuilder("{");
        int members = random.nextInt(6);
        for (int i = 0; i < members; i++) {
            json.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(one(FIELDS))
                    .append("\":")
                    .append(value(0));
        }
        return json.append('}').toString();
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 3 ? 5 : 7)) {
            case 0 -> "null";
            case 1 -> "" + random.nextBoolean();
            case 2 -> one(NUMBERS);
            case 3 -> one(TIMES);
            case 4 -> quoted(string());
            case 5 -> "[" + value(depth + 1) + "," + value(depth + 1) + "]";
            default -> "{\"a\":" + value(depth + 1) + "," + quoted(string()) + ":" + value(depth + 1) + "}";
        };
    }

    private String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars()
                .forEach(c -> json.append(
                        c < 0x20 || c == '"' || c == '\\' || c >= 0xD800 && c < 0xE000
                                ? "\\u%04x".formatted(c)
                                : "" + (char) c));
        return json.append('"').toString();
    }

    private String string() {
        return one(random.nextInt(3) == 0 ? SPEAKING : STRINGS);
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
