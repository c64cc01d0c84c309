package io.zart.server.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.Branch;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.EventTimeoutException;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DurableTestTest {

    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void aSleepOfTwoDaysEndsWhenTheClockHasMovedThatFar() {
        DurableHandler<String, String> handler = (ctx, input) -> {
            String first = ctx.step("first", String.class, () -> input + runs.incrementAndGet());
            ctx.sleep("night", Duration.ofDays(2));
            return first + ctx.step("second", String.class, () -> "!");
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("a");
            assertThat(test.waiting().kind()).isEqualTo("sleep");
            test.advance(Duration.ofHours(47));
            assertThat(test.status()).isEqualTo(ExecutionStatus.RUNNING);
            test.crash();
            test.advance(Duration.ofHours(1));
            assertThat(test.result(String.class)).isEqualTo("a1!");
            assertThat(test.steps()).containsExactly("first", "night", "second");
        }
    }

    @Test
    void anEventEndsTheWaitAndALateOneFindsItTimedOut() {
        DurableHandler<String, String> handler = (ctx, input) -> {
            try {
                return ctx.waitForEvent("ready", String.class, Duration.ofHours(1));
            } catch (EventTimeoutException e) {
                return "timed out";
            }
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            test.advance(Duration.ofMinutes(59));
            test.deliver("ready", "in time");
            assertThat(test.result(String.class)).isEqualTo("in time");
        }
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            test.advance(Duration.ofMinutes(60));
            assertThat(test.result(String.class)).isEqualTo("timed out");
        }
    }

    @Test
    void retriesFollowThePolicyInTheClocksTime() {
        DurableHandler<String, Integer> handler = (ctx, input) -> ctx.step(
                "flaky",
                Integer.class,
                StepOptions.retrying(RetryPolicy.exponential(3, Duration.ofMinutes(1))),
                attempt -> {
                    if (attempt.number() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return attempt.number();
                });
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            test.advance(Duration.ofMinutes(6));
            assertThat(test.status()).isEqualTo(ExecutionStatus.RUNNING);
            test.advance(Duration.ofMinutes(1));
            assertThat(test.result(Integer.class)).isEqualTo(3);
        }
    }

    @Test
    void theFirstBranchThatSucceedsDecidesForEver() {
        CountDownLatch never = new CountDownLatch(1);
        DurableHandler<String, String> handler = (ctx, input) -> {
            String winner = ctx.any(
                    "race",
                    List.of(
                            new Branch<>("stuck", String.class, StepOptions.ONCE, attempt -> {
                                never.await();
                                return "stuck";
                            }),
                            new Branch<>("broken", String.class, StepOptions.ONCE, attempt -> {
                                throw new IllegalStateException("broken");
                            }),
                            new Branch<>("quick", String.class, StepOptions.ONCE, attempt -> "quick")));
            return winner + ctx.step("after", String.class, () -> "+after");
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            assertThat(test.result(String.class)).isEqualTo("quick+after");
            assertThat(test.steps()).contains("race", "quick", "after");
        } finally {
            never.countDown();
        }
    }

    @Test
    void whatIsCapturedIsTheSameInEveryActivation() {
        DurableHandler<String, List<Object>> handler = (ctx, input) -> {
            UUID id = ctx.randomId("id");
            Instant now = ctx.now("now");
            ctx.sleepUntil("until", now.plus(Duration.ofDays(1)));
            return List.of(id, now, ctx.now("later"));
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            test.advance(Duration.ofDays(1));
            List<?> result = test.result(List.class);
            assertThat(Instant.parse("2030-01-02T00:00:00Z").toString())
                    .isEqualTo(Instant.ofEpochSecond(((Number) result.get(2)).longValue())
                            .toString());
            assertThat(test.steps()).containsExactly("id", "now", "until", "later");
        }
    }

    @Test
    void aFailureIsKeptWithItsMessage() {
        DurableHandler<String, String> handler = (ctx, input) -> {
            throw new IllegalStateException("no stock");
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start(null);
            assertThat(test.status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(test.errorMessage()).isEqualTo("no stock");
        }
    }

    @Test
    void aNonBlockingHandlerRunsTheSameWay() {
        AsyncDurableHandler<String, String> handler = (ctx, input) -> ctx.step(
                        "a",
                        String.class,
                        StepOptions.ONCE,
                        attempt -> Uni.createFrom().item("a"))
                .chain(a -> ctx.sleep("nap", Duration.ofHours(1)).replaceWith(a))
                .chain(a -> ctx.capture("b", String.class, () -> a + "b"));
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            test.advance(Duration.ofHours(1));
            assertThat(test.result(String.class)).isEqualTo("ab");
        }
    }
}
