package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.Branch;
import io.zart.server.handler.BranchResult;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.handler.StepOptions;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No timer comes before what it limits is over, as on a machine that stands still meanwhile: the limits hold all the same. */
class LateTimersTest {

    private static final Duration LIMIT = Duration.ofMillis(200);

    private final ExecutorService bodyThreads = Executors.newCachedThreadPool();
    private final AtomicLong clock = new AtomicLong(1_000);
    private final AtomicInteger attempts = new AtomicInteger();
    private final CompletableFuture<ExecutionStatus> end = new CompletableFuture<>();
    private final CompletableFuture<String> error = new CompletableFuture<>();

    @AfterEach
    void close() {
        bodyThreads.shutdownNow();
    }

    @Test
    void aStepThatTookLongerThanItsTimeOutFails() {
        run(0, (ctx, input) -> ctx.step("slow", Integer.class, over(2), attempt -> takes(200)));
        failed("step 'slow' timed out after 200 ms");
        assertThat(attempts).as("attempts").hasValue(1);
    }

    @Test
    void theTimeOutOverAllCountsEarlierAttempts() {
        run(
                0,
                (ctx, input) -> ctx.step("slow", Integer.class, over(2), attempt -> {
                    takes(150);
                    if (attempt.number() == 0) {
                        throw new IllegalStateException("not yet");
                    }
                    return 1;
                }));
        failed("step 'slow' timed out after 200 ms");
        assertThat(attempts).as("attempts").hasValue(2);
    }

    @Test
    void anAttemptThatTookLongerThanItsTimeOutIsAFailedOne() {
        StepOptions each = new StepOptions(RetryPolicy.fixed(2, Duration.ZERO), LIMIT, null);
        run(0, (ctx, input) -> ctx.step("slow", Integer.class, each, attempt -> takes(200)));
        failed("step 'slow' timed out after 200 ms");
        assertThat(attempts).as("attempts").hasValue(3);
    }

    @Test
    void aBranchThatTookLongerThanItsTimeOutFails() {
        run(0, (ctx, input) -> {
            BranchResult<Integer> slow = ctx.parallel(
                            List.of(new Branch<>("slow", Integer.class, over(0), attempt -> takes(200))))
                    .get(0);
            if (slow.error() != null) {
                throw slow.error();
            }
            return slow.value();
        });
        failed("step 'slow' timed out after 200 ms");
    }

    @Test
    void aStepThatIsDoneInTimeSucceeds() {
        run(0, (ctx, input) -> ctx.step("quick", Integer.class, over(2), attempt -> takes(199)));
        assertThat(end.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(ExecutionStatus.COMPLETED);
    }

    @Test
    void aRunThatTookLongerThanItsDeadlineFails() {
        run(500, (ctx, input) -> ctx.step("slow", Integer.class, () -> takes(500)));
        failed("run deadline exceeded");
    }

    private int takes(long millis) {
        attempts.incrementAndGet();
        clock.addAndGet(millis);
        return 1;
    }

    private static StepOptions over(int retries) {
        return new StepOptions(RetryPolicy.fixed(retries, Duration.ZERO), null, LIMIT);
    }

    private void failed(String message) {
        assertThat(end.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(ExecutionStatus.FAILED);
        assertThat(error.join()).contains(message);
    }

    private void run(long deadlineMillis, DurableHandler<JsonNode, Object> handler) {
        Codec codec = new Codec(new ObjectMapper());
        Execution execution = Execution.scheduled("a", "work", JsonText.NULL, Instant.EPOCH, null)
                .started(Instant.EPOCH, 2);
        ClaimedTask task =
                new ClaimedTask(new Lease("a", 0, 1), execution, 0, null, 0, 1, List.of(), List.of(), Map.of());
        Journal journal = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> answer(method.getName(), arguments));
        new Activation(
                        task,
                        journal,
                        new NoTimers(),
                        codec,
                        new SilentListener(),
                        PauseGate.OPEN,
                        Limits.DEFAULT,
                        wakeMillis -> {})
                .start(
                        new RegisteredHandler(
                                "work",
                                0,
                                new Bodies(codec, bodyThreads, Transactions.NONE).blocking(handler, JsonNode.class)),
                        deadlineMillis == 0 ? null : Long.valueOf(deadlineMillis));
    }

    private Object answer(String operation, Object[] arguments) {
        if (operation.equals("finish")) {
            error.complete(String.valueOf(arguments[4]));
            end.complete((ExecutionStatus) arguments[2]);
            return Uni.createFrom().nothing();
        }
        return Uni.createFrom().item(Verdict.OK);
    }

    /** Calls back only where no time passes. */
    private final class NoTimers implements Timers {
        @Override
        public Handle after(long millis, Runnable action) {
            if (millis <= 1) {
                bodyThreads.execute(action);
            }
            return () -> {};
        }

        @Override
        public long millis() {
            return clock.get();
        }
    }
}
