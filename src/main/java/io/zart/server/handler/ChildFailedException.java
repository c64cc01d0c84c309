package io.zart.server.handler;

/** A child has not completed. The body may catch it and go on. */
public class ChildFailedException extends StepFailedException {

    private static final long serialVersionUID = 1L;

    private final String executionId;

    /** The wait and how the child ended. */
    public ChildFailedException(String stepName, ChildResult<?> child) {
        super(
                stepName,
                "child '" + child.executionId() + "' is " + child.status()
                        + (child.errorMessage() == null ? "" : ": " + child.errorMessage()),
                "ChildFailedException");
        this.executionId = child.executionId();
    }

    /** The child. */
    public String executionId() {
        return executionId;
    }
}
