package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An engine that drains while the answer to a claim is still on its way, or while the database is away. */
class EngineDrainTest {

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService bodyThreads = Executors.newCachedThreadPool();
    private final CompletableFuture<Journal.Claim> claim = new CompletableFuture<>();
    private final AtomicInteger claims = new AtomicInteger();
    private final AtomicInteger stepsBegun = new AtomicInteger();
    private final Queue<Lease> released = new ConcurrentLinkedQueue<>();
    /** How often the database is still away when leases are handed over. */
    private final AtomicInteger refusals = new AtomicInteger();

    @AfterEach
    void close() {
        bodyThreads.shutdownNow();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Object answer(String operation, Object[] arguments) {
        return switch (operation) {
            case "claim" -> {
                claims.incrementAndGet();
                yield Uni.createFrom().completionStage(claim);
            }
            case "release" -> {
                if (refusals.getAndDecrement() > 0) {
                    yield Uni.createFrom()
                            .failure(new DomainException(ErrorCode.DATABASE_UNAVAILABLE, "the database is away"));
                }
                ((Collection<?>) arguments[0]).forEach(lease -> released.add((Lease) lease));
                yield Uni.createFrom().voidItem();
            }
            default -> Uni.createFrom().nothing();
        };
    }

    private Engine engine() {
        Journal journal = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> answer(method.getName(), arguments));
        Codec codec = new Codec(new ObjectMapper());
        RegisteredHandler handler = new RegisteredHandler(
                "work",
                0,
                new Bodies(codec, bodyThreads, Transactions.NONE)
                        .blocking(
                                (ctx, input) -> ctx.step("first", Integer.class, stepsBegun::incrementAndGet),
                                JsonNode.class));
        return new Engine(
                "one",
                journal,
                new VertxTimers(vertx),
                codec,
                new SilentListener(),
                Map.of("work", handler),
                10,
                Duration.ofMinutes(10),
                name -> {},
                5,
                PauseGate.OPEN,
                Limits.DEFAULT);
    }

    private CompletableFuture<Void> drainWhileClaiming() {
        return drainWhileClaiming(engine());
    }

    private CompletableFuture<Void> drainWhileClaiming(Engine engine) {
        engine.start();
        Awaitility.await().until(() -> claims.get() == 1);
        engine.drain();
        return engine.whenDrained().subscribeAsCompletionStage().toCompletableFuture();
    }

    @Test
    void whatTheClaimBringsIsHandedOverBeforeTheDrainIsOver() {
        CompletableFuture<Void> drained = drainWhileClaiming();
        assertThat(drained).as("drained while a claim is under way").isNotDone();

        Lease lease = claimBrings();
        Awaitility.await().until(drained::isDone);
        assertThat(released).containsExactly(lease);
        assertThat(stepsBegun).hasValue(0);
    }

    private Lease claimBrings() {
        Lease lease = new Lease("a", 0, 1);
        Execution execution = Execution.scheduled("a", "work", JsonText.NULL, Instant.EPOCH, null)
                .started(Instant.EPOCH, 2);
        claim.complete(new Journal.Claim(
                List.of(new ClaimedTask(lease, execution, 0, null, 0, 1, List.of(), List.of(), Map.of())), null));
        return lease;
    }

    @Test
    void aHandOverIsTriedAgainWhileTheDatabaseIsAway() {
        refusals.set(3);
        CompletableFuture<Void> drained = drainWhileClaiming();
        Lease lease = claimBrings();
        Awaitility.await().until(drained::isDone);
        assertThat(released).containsExactly(lease);
    }

    @Test
    void whatTheDrainCouldNotHandOverIsTriedAgainAtItsEnd() {
        refusals.set(Integer.MAX_VALUE);
        Engine engine = engine();
        CompletableFuture<Void> drained = drainWhileClaiming(engine);
        Lease lease = claimBrings();
        Awaitility.await("the first try").until(() -> refusals.get() < Integer.MAX_VALUE);
        assertThat(drained).as("drained though the lease is still held").isNotDone();

        refusals.set(3);
        engine.handOver().await().atMost(Duration.ofSeconds(30));
        assertThat(released).contains(lease);
        assertThat(drained).isDone();
    }

    @Test
    void aClaimThatFailsEndsTheDrain() {
        CompletableFuture<Void> drained = drainWhileClaiming();
        claim.completeExceptionally(new IllegalStateException("the connection is gone"));
        Awaitility.await().until(drained::isDone);
        assertThat(claims).hasValue(1);
    }
}
