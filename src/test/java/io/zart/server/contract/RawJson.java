package io.zart.server.contract;

/** Cuts members out of JSON text without parsing their values. */
final class RawJson {

    private RawJson() {}

    /** The value of a member of a top-level object exactly as it is written. */
    static String member(String json, String name) {
        int at = skipSpace(json, json.indexOf('{') + 1);
        while (json.charAt(at) == '"') {
            int keyEnd = skipString(json, at);
            String key = json.substring(at + 1, keyEnd - 1);
            int value = skipSpace(json, skipSpace(json, keyEnd) + 1);
            int end = skipValue(json, value);
            if (key.equals(name)) {
                return json.substring(value, end);
            }
            at = skipSpace(json, end);
            if (json.charAt(at) == ',') {
                at = skipSpace(json, at + 1);
            }
        }
        throw new AssertionError("no member '" + name + "' in " + json);
    }

    private static int skipValue(String json, int start) {
        int depth = 0;
        int at = start;
        while (at < json.length()) {
            char c = json.charAt(at);
            if (c == '"') {
                at = skipString(json, at);
                if (depth == 0) {
                    return at;
                }
                continue;
            }
            if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                if (depth == 0) {
                    return at;
                }
                depth--;
                if (depth == 0) {
                    return at + 1;
                }
            } else if (depth == 0 && (c == ',' || Character.isWhitespace(c))) {
                return at;
            }
            at++;
        }
        return at;
    }

    private static int skipString(String json, int quote) {
        int at = quote + 1;
        while (json.charAt(at) != '"') {
            at += json.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int skipSpace(String json, int start) {
        int at = start;
        while (at < json.length() && Character.isWhitespace(json.charAt(at))) {
            at++;
        }
        return at;
    }
}
