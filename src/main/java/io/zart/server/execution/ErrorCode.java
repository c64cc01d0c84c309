package io.zart.server.execution;

import java.util.Locale;

/** The catalogue of everything that can be answered instead of a result: one code, its HTTP status, its title. */
public enum ErrorCode {
    MALFORMED_JSON(400, "Malformed JSON"),
    INVALID_PARAMETER(400, "Invalid parameter"),
    UNAUTHORIZED(401, "Unauthorized"),
    FORBIDDEN(403, "Forbidden"),
    EXECUTION_NOT_FOUND(404, "Execution not found"),
    RUN_NOT_FOUND(404, "Run not found"),
    STEP_NOT_FOUND(404, "Step not found"),
    PAUSE_RULE_NOT_FOUND(404, "Pause rule not found"),
    ROUTE_NOT_FOUND(404, "Route not found"),
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    NOT_ACCEPTABLE(406, "Not acceptable"),
    EXECUTION_EXISTS(409, "Execution exists"),
    EXECUTION_ACTIVE(409, "Execution is active"),
    EXECUTION_ENDED(409, "Execution has ended"),
    TASK_NAME_DIFFERS(409, "Task name differs"),
    PAYLOAD_DIFFERS(409, "Payload differs"),
    STEP_NOT_DEAD(409, "Step is not dead"),
    TOO_MANY_EVENTS(409, "Too many events"),
    ALREADY_DONE(409, "Already done"),
    REQUEST_TIMEOUT(408, "Request timeout"),
    BODY_TOO_LARGE(413, "Body too large"),
    TARGET_TOO_LONG(414, "Target too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "Unsupported media type"),
    INVALID_FIELD(422, "Invalid field"),
    HEADERS_TOO_LARGE(431, "Headers too large"),
    INTERNAL_ERROR(500, "Internal error"),
    DATABASE_UNAVAILABLE(503, "Database unavailable"),
    OVERLOADED(503, "Overloaded"),
    SHUTTING_DOWN(503, "Shutting down"),
    WAIT_TIMED_OUT(504, "Wait timed out");

    private final int status;
    private final String title;

    ErrorCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** A short sentence for people, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The code on the wire, such as {@code execution-not-found}. */
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
