package io.zart.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The record of an execution.
 *
 * @param id of the execution
 * @param taskName of the execution
 * @param status {@code scheduled}, {@code running}, {@code completed}, {@code failed} or {@code cancelled}
 * @param record the whole record, with {@code payload}, {@code waiting}, {@code runIndex} and so on
 * @param rawPayload the payload to the letter
 * @param rawResult the result to the letter, a JSON null while there is none
 */
public record Execution(
        String id, String taskName, String status, JsonNode record, RawJson rawPayload, RawJson rawResult) {

    static Execution of(JsonNode answer, Json json) {
        ObjectNode record = answer.deepCopy();
        record.set("payload", json.value(answer.path("payload"), JsonNode.class));
        record.set("result", json.value(answer.path("result"), JsonNode.class));
        return new Execution(
                record.path("durableExecutionId").asText(),
                record.path("name").asText(),
                record.path("status").asText(),
                record,
                json.value(answer.path("payload"), RawJson.class),
                json.value(answer.path("result"), RawJson.class));
    }

    /** Whether it is completed, failed or cancelled. */
    public boolean ended() {
        return !status.equals("scheduled") && !status.equals("running");
    }

    /** The result, a JSON null while there is none. */
    public JsonNode result() {
        return record.path("result");
    }

    /** Message of the error of a failed one, or null. */
    public String errorMessage() {
        return record.path("error").path("message").asText(null);
    }
}
