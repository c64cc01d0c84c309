package io.zart.server.worker;

import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.JsonBody;

/**
 * The error of a command; long texts are cut.
 *
 * @param step whose error it is, null if none's
 */
record ErrorReader(String message, String type, String step) {

    private static final int MAX_MESSAGE = 64 << 10;
    private static final int MAX_TYPE = 255;

    static ErrorReader of(Numbers fields) {
        JsonText given = fields.json("error");
        if (given == null) {
            throw Fields.invalid("error", "is required");
        }
        Numbers error = new Numbers(JsonBody.members(given));
        String type = error.string("type");
        String step = error.string("step");
        return new ErrorReader(
                cut(error.requiredString("message"), MAX_MESSAGE),
                type == null ? "Error" : cut(type, MAX_TYPE),
                step == null ? null : Checks.name("step", step));
    }

    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        // Not between the halves of a surrogate pair.
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }
}
