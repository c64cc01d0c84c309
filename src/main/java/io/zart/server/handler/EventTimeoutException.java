package io.zart.server.handler;

/** The time-out of a wait for an event has passed. The body may catch it and go on. */
public class EventTimeoutException extends StepFailedException {

    private static final long serialVersionUID = 1L;

    /** The wait. */
    public EventTimeoutException(String stepName, String message) {
        super(stepName, message, "EventTimeoutException");
    }
}
