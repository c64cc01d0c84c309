package io.zart.server.engine;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The writes of one activation, each with its lease. An infrastructure error repeats a write and never fails the run; a lost
 * lease ends the activation. To be called in the mailbox of the activation, where its callbacks run too.
 */
final class LeasedWrites {

    private final Activation activation;
    private final Journal journal;
    private final EngineListener listener;

    LeasedWrites(Activation activation, Journal journal, EngineListener listener) {
        this.activation = activation;
        this.journal = journal;
        this.listener = listener;
    }

    /** Ends the run. */
    void finish(ExecutionStatus end, JsonText result, JsonText error) {
        activation.leave();
        retrying(() -> journal.finish(activation.lease(), activation.execution(), end, result, error))
                .subscribe()
                .with(
                        execution -> activation.execute(() -> finished(execution)),
                        failure -> activation.execute(() -> refused(failure, end)));
    }

    private void finished(Execution execution) {
        activation.end(null);
        if (execution == null) {
            listener.runGone(activation.lease().executionId());
        } else {
            listener.runEnded(execution);
        }
    }

    private void refused(Throwable failure, ExecutionStatus end) {
        if (activation.over()) {
            return;
        }
        if (end == ExecutionStatus.FAILED) {
            Log.errorf(
                    failure,
                    "the end of execution %s cannot be stored",
                    activation.lease().executionId());
            activation.end(null);
        } else {
            finish(ExecutionStatus.FAILED, null, Failures.kept(activation.codec(), failure, null));
        }
    }

    /** Gives the activation up; the events are read anew if one has come that it does not know. In the mailbox only. */
    void park(Park park, Consumer<Journal.Events> whenRefused) {
        activation.leave();
        retrying(() -> journal.park(park))
                .subscribe()
                .with(
                        verdict -> activation.execute(() -> parked(verdict, park.wakeMillis(), whenRefused)),
                        this::broken);
    }

    private void parked(Verdict verdict, Long wakeMillis, Consumer<Journal.Events> whenRefused) {
        if (activation.over()) {
            return;
        }
        if (verdict == Verdict.REFUSED) {
            retrying(() -> journal.events(activation.lease()))
                    .subscribe()
                    .with(now -> activation.execute(() -> eventsChanged(now, whenRefused)), this::broken);
        } else {
            activation.end(verdict == Verdict.OK ? wakeMillis : null);
            if (activation.calls().refused()) {
                listener.workDue(activation.execution().taskName(), 0);
            }
            listener.runChanged(activation.lease().executionId());
        }
    }

    /** Hands the lease over: the run is due at once, for another instance. In the mailbox only. */
    void release() {
        activation.leave();
        // For as long as the drain may take: what is still held then is handed over together.
        retrying(() -> journal.release(List.of(activation.lease())))
                .subscribe()
                .with(
                        done -> activation.execute(() -> {
                            activation.end(null);
                            listener.workDue(activation.execution().taskName(), 0);
                        }),
                        failure -> activation.execute(() -> activation.end(null)));
    }

    private void eventsChanged(Journal.Events now, Consumer<Journal.Events> whenRefused) {
        if (now == null) {
            activation.end(null);
        } else if (!activation.over()) {
            activation.stay();
            whenRefused.accept(now);
        }
    }

    /** Records an outcome and goes on. In the mailbox only. */
    void record(StepOutcome row, Runnable then) {
        write(store -> store.record(row), () -> {
            listener.stepRecorded(activation.lease(), row.name(), row.dead(), row.elapsedMicros());
            then.run();
        });
    }

    /** Writes with the lease; ends the activation if it is lost. In the mailbox only. */
    void write(Function<Journal, Uni<Verdict>> operation, Runnable then) {
        activation.parking().workBegins();
        retrying(() -> operation.apply(journal))
                .subscribe()
                .with(
                        verdict -> activation.execute(() -> {
                            activation.parking().workEnds();
                            if (verdict == Verdict.LEASE_LOST) {
                                activation.end(null);
                            } else if (!activation.over()) {
                                then.run();
                                activation.parking().considerLater();
                            }
                        }),
                        this::broken);
    }

    /** Starts a child; the future fails with a signal when the lease is lost. May be called from any thread. */
    CompletableFuture<ChildStarted> start(NewChild child) {
        CompletableFuture<ChildStarted> outcome = new CompletableFuture<>();
        retrying(() -> journal.children().start(activation.lease(), child))
                .subscribe()
                .with(
                        started -> {
                            if (started == ChildStarted.LEASE_LOST) {
                                activation.lost();
                                outcome.completeExceptionally(ParkSignal.INSTANCE);
                            } else {
                                if (started == ChildStarted.OK) {
                                    listener.workDue(child.taskName(), child.delayMillis());
                                }
                                outcome.complete(started);
                            }
                        },
                        outcome::completeExceptionally);
        return outcome;
    }

    /** Reads children; a look counts as work, so that nothing parks meanwhile. */
    void children(List<String> ids, Consumer<List<Execution>> then) {
        activation.parking().workBegins();
        retrying(() -> journal.children().read(activation.lease().executionId(), ids))
                .subscribe()
                .with(
                        found -> activation.execute(() -> {
                            activation.parking().workEnds();
                            if (activation.goesOn()) {
                                then.accept(found);
                                activation.parking().considerLater();
                            }
                        }),
                        this::broken);
    }

    private void broken(Throwable failure) {
        activation.execute(() -> {
            if (!activation.over()) {
                finish(ExecutionStatus.FAILED, null, Failures.kept(activation.codec(), failure, null));
            }
        });
    }

    /** Infrastructure errors never fail a run: the write is repeated until it is answered, or the activation is over. */
    private <T> Uni<T> retrying(Supplier<Uni<T>> operation) {
        return Retries.whileAway(
                () -> activation.over() ? Uni.createFrom().failure(ParkSignal.INSTANCE) : operation.get());
    }
}
