package io.zart.server.handler;

/** A step is dead: its policy allows no further attempt. The body may catch it and go on. */
public class StepFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String stepName;
    private final String errorType;

    /** The step with the message and the type of its last error. */
    public StepFailedException(String stepName, String message, String errorType) {
        super(message);
        this.stepName = stepName;
        this.errorType = errorType;
    }

    /** The step. */
    public String stepName() {
        return stepName;
    }

    /** Type of its last error, a simple class name. */
    public String errorType() {
        return errorType;
    }
}
