package io.zart.server.engine;

import io.zart.server.execution.JsonText;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A durable sleep, or a wait for an event, that has no outcome yet. All methods run in the activation's mailbox. */
final class WaitRun {

    private static final String SLEEP = "sleep";
    private static final String EVENT = "waitforevent";

    private final Activation activation;
    private final History.Place place;
    private final String event;
    private final Duration length;
    private final CompletableFuture<JsonText> outcome;
    private final long begunNanos = System.nanoTime();

    /**
     * @param event name of the event, null for a sleep
     * @param length of the sleep or until the time-out, null for none
     */
    WaitRun(
            Activation activation,
            History.Place place,
            String event,
            Duration length,
            CompletableFuture<JsonText> outcome) {
        this.activation = activation;
        this.place = place;
        this.event = event;
        this.length = length;
        this.outcome = outcome;
    }

    static String kind(String event) {
        return event == null ? SLEEP : EVENT;
    }

    void begin() {
        RecordedStep known = place.known();
        Long remaining =
                known != null ? known.remainingMillis() : length == null ? null : Long.valueOf(length.toMillis());
        boolean past = remaining != null && remaining <= 0;
        // An event that came after the time-out belongs to the next wait, even if nobody had noticed the time-out yet.
        BufferedEvent early = event == null
                ? null
                : activation.parking().events().take(event, past && known != null ? known.wakeAt() : null);
        if (early != null) {
            taken(early);
        } else if (past) {
            timeUp();
        } else {
            Long wakeAt =
                    remaining == null ? null : Long.valueOf(activation.timers().millis() + remaining);
            Park.OpenStep row = new Park.OpenStep(
                    place.name(), kind(event), place.position(), place.group(), place.attempt(), remaining);
            activation
                    .parking()
                    .await(new PendingWait(
                            event == null ? "sleep" : "event",
                            event == null ? place.name() : event,
                            event,
                            wakeAt,
                            row,
                            this::timeUp,
                            this::taken));
        }
    }

    private void taken(BufferedEvent arrived) {
        activation
                .writes()
                .record(
                        row(false, arrived.payload(), null, arrived.seq()),
                        () -> activation.calls().complete(outcome, arrived.payload()));
    }

    private void timeUp() {
        if (event == null) {
            activation
                    .writes()
                    .record(
                            row(false, JsonText.NULL, null, null),
                            () -> activation.calls().complete(outcome, JsonText.NULL));
            return;
        }
        JsonText error = activation
                .codec()
                .error("event '" + event + "' did not arrive in time", "EventTimeoutException", place.name());
        activation
                .writes()
                .record(
                        row(true, null, error, null),
                        () -> activation
                                .calls()
                                .fail(outcome, Failures.ofStep(activation.codec(), place.name(), error)));
    }

    private StepOutcome row(boolean dead, JsonText result, JsonText error, Long eventSeq) {
        return new StepOutcome(
                activation.lease(),
                place.name(),
                kind(event),
                place.position(),
                place.group(),
                dead,
                place.attempt(),
                dead ? 1 : 0,
                (System.nanoTime() - begunNanos) / 1_000,
                result,
                error,
                eventSeq);
    }
}
