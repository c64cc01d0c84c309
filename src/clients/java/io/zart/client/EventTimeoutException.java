package io.zart.client;

/** The time-out of a wait for an event, or for children, passed. */
public final class EventTimeoutException extends StepFailedException {

    private static final long serialVersionUID = 1L;

    EventTimeoutException(String step, String message) {
        super(step, message, "EventTimeoutException", null);
    }
}
