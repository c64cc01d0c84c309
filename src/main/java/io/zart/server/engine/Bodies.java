package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.DurableHandler;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Turns handlers of both styles into bodies. */
public final class Bodies {

    private final Codec codec;
    private final Executor blocking;
    private final Transactions transactions;
    private final Marking marking;

    /** Bodies that are not marked in the log. */
    public Bodies(Codec codec, Executor blocking, Transactions transactions) {
        this(codec, blocking, transactions, Marking.NONE);
    }

    /**
     * Bodies of an engine.
     *
     * @param blocking runs blocking bodies and the branches of their parallel groups
     * @param transactions for steps in the transaction of their caller
     * @param marking runs bodies and attempts
     */
    public Bodies(Codec codec, Executor blocking, Transactions transactions, Marking marking) {
        this.codec = codec;
        this.blocking = blocking;
        this.transactions = transactions;
        this.marking = marking;
    }

    /** The body of a blocking handler. */
    public <I, O> RegisteredHandler.Body blocking(DurableHandler<I, O> handler, Type input) {
        return (activation, payload) -> {
            CompletableFuture<JsonText> outcome = new CompletableFuture<>();
            activation.calls().sequential();
            blocking.execute(() -> marking.run(activation.lease(), null, () -> {
                try {
                    outcome.complete(codec.write(run(handler, input, activation, payload)));
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            }));
            return outcome;
        };
    }

    private <I, O> O run(DurableHandler<I, O> handler, Type input, Activation activation, JsonText payload)
            throws Exception {
        I value = codec.read(payload, input);
        try {
            return handler.run(new BlockingContext(activation, blocking, transactions, marking), value);
        } catch (Exception e) {
            return handler.onFailure(value, e);
        }
    }

    /** The body of a non-blocking handler. */
    public <I, O> RegisteredHandler.Body async(AsyncDurableHandler<I, O> handler, Type input) {
        return (activation, payload) -> {
            try {
                I value = codec.read(payload, input);
                Uni<O> run = Uni.createFrom().deferred(() -> handler.run(new AsyncContext(activation, marking), value));
                CompletableFuture<JsonText> outcome = new CompletableFuture<>();
                marking.run(
                        activation.lease(),
                        null,
                        () -> run.onFailure(e -> !(e instanceof ParkSignal))
                                .recoverWithUni(e -> handler.onFailure(value, e))
                                .map(codec::write)
                                .subscribe()
                                .with(outcome::complete, outcome::completeExceptionally));
                return outcome;
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        };
    }
}
