package io.zart.server.worker;

import io.zart.server.execution.JsonText;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;
import io.zart.server.http.JsonBody;

/**
 * The error of a command.
 *
 * @param step whose error it is, null if none's
 */
record ErrorReader(String message, String type, String step) {

    static ErrorReader of(Numbers fields) {
        JsonText given = fields.json("error");
        if (given == null) {
            throw Fields.invalid("error", "is required");
        }
        Numbers error = new Numbers(JsonBody.members(given));
        String type = error.string("type");
        String step = error.string("step");
        return new ErrorReader(
                error.requiredString("message"),
                type == null ? "Error" : type,
                step == null ? null : Checks.name("step", step));
    }
}
