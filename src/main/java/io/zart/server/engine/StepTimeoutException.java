package io.zart.server.engine;

/** An attempt, or all attempts of a step, took longer than allowed. */
final class StepTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StepTimeoutException(String message) {
        super(message, null, false, false);
    }
}
