package io.zart.client;

/** A child execution failed or was cancelled. */
public final class ChildFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String executionId;

    ChildFailedException(String executionId, String message) {
        super(message);
        this.executionId = executionId;
    }

    /** The child. */
    public String executionId() {
        return executionId;
    }
}
