package io.zart.server.config;

/** The schema could not be brought up to date. Its message is one line for the operator. */
public final class MigrationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MigrationException(String reason, Throwable cause) {
        super(reason.replaceAll("\\s*[\\r\\n]+\\s*", " "), cause);
    }
}
