package io.zart.client;

/** A step is dead: its policy allows no further attempt. The body may catch it and go on. */
public class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String step;
    private final String errorType;

    StepFailedException(String step, String message, String errorType, Throwable cause) {
        super(message, cause);
        this.step = step;
        this.errorType = errorType;
    }

    /** The step. */
    public String step() {
        return step;
    }

    /** Type of its last error. */
    public String errorType() {
        return errorType;
    }
}
