package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import io.zart.server.handler.EventTimeoutException;
import io.zart.server.handler.StepFailedException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/** Between exceptions and the errors that are kept. */
final class Failures {

    private Failures() {}

    /** What a body is told about a dead step. */
    static StepFailedException ofStep(Codec codec, String name, JsonText error) {
        String message = codec.errorMember(error, "message");
        String type = codec.errorMember(error, "type");
        return "EventTimeoutException".equals(type)
                ? new EventTimeoutException(name, message)
                : new StepFailedException(name, message, type);
    }

    /** The error to be kept, with the step that it came from, or null. */
    static JsonText kept(Codec codec, Throwable error, String step) {
        String message = error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
        String type = error instanceof StepFailedException failed
                ? failed.errorType()
                : error.getClass().getSimpleName();
        return codec.error(message, type, step);
    }

    /** The failure itself, without what futures wrap round it. */
    static Throwable unwrap(Throwable error) {
        Throwable cause = error;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CancellationException && cause.getCause() instanceof StepFailedException
                ? cause.getCause()
                : cause;
    }
}
