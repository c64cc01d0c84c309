package io.zart.server.engine;

import static io.zart.server.engine.DriftAssertions.assertCompatible;
import static io.zart.server.engine.DriftAssertions.assertDrift;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.Branch;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import io.zart.server.testkit.DurableTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The code changes while a run waits for the event {@code go}: what would do harm fails the run, the rest goes on. */
class DriftTest {

    private interface Code {
        void run(DurableContext ctx) throws Exception;
    }

    /** Runs the old code until it waits, then the new one. */
    private static Execution change(Code before, Code after) {
        AtomicReference<Code> code = new AtomicReference<>(before);
        DurableHandler<String, String> handler = (ctx, payload) -> {
            code.get().run(ctx);
            return "end";
        };
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            code.set(after);
            test.deliver("go", 1);
            return test.execution();
        }
    }

    private static void step(DurableContext ctx, String name) {
        ctx.step(name, String.class, () -> name);
    }

    private static void go(DurableContext ctx) {
        ctx.waitForEvent("go", Integer.class, null);
    }

    private static Branch<String> branch(String name) {
        return new Branch<>(name, String.class, StepOptions.ONCE, attempt -> name);
    }

    private static Branch<String> failing(String name) {
        return new Branch<>(name, String.class, StepOptions.ONCE, attempt -> {
            throw new IllegalStateException("no");
        });
    }

    @Test
    void aRenamedStepIsDrift() {
        assertDrift(
                change(
                        ctx -> {
                            step(ctx, "a");
                            step(ctx, "charge");
                            go(ctx);
                        },
                        ctx -> {
                            step(ctx, "a");
                            step(ctx, "charge-card");
                            go(ctx);
                        }),
                "'charge-card'",
                "'charge'");
    }

    @Test
    void aNewStepBeforeRecordedOnesIsDrift() {
        assertDrift(
                change(
                        ctx -> {
                            step(ctx, "a");
                            step(ctx, "b");
                            go(ctx);
                        },
                        ctx -> {
                            step(ctx, "a");
                            step(ctx, "new");
                            step(ctx, "b");
                            go(ctx);
                        }),
                "'new'",
                "'b'");
    }

    @Test
    void aRemovedStepIsDriftOnceSomethingNewIsReached() {
        assertDrift(
                change(
                        ctx -> {
                            step(ctx, "a");
                            step(ctx, "b");
                            go(ctx);
                        },
                        ctx -> {
                            step(ctx, "a");
                            go(ctx);
                            step(ctx, "c");
                        }),
                "'c'",
                "'b'");
    }

    @Test
    void aStepThatBecameSomethingElseIsDrift() {
        assertDrift(
                change(
                        ctx -> {
                            step(ctx, "a");
                            go(ctx);
                        },
                        ctx -> {
                            ctx.sleep("a", Duration.ofMinutes(1));
                            go(ctx);
                        }),
                "'a'",
                "sleep");
    }

    @Test
    void aWinnerThatIsNoBranchAnyMoreIsDrift() {
        assertDrift(
                change(
                        ctx -> {
                            ctx.any("first", List.of(failing("x"), branch("y")));
                            go(ctx);
                        },
                        ctx -> {
                            ctx.any("first", List.of(failing("x"), branch("z")));
                            go(ctx);
                        }),
                "'first'");
    }

    @Test
    void recordedStepsInADifferentOrderAndNewStepsBehindThemGoOn() {
        assertCompatible(change(
                ctx -> {
                    step(ctx, "a");
                    step(ctx, "b");
                    go(ctx);
                },
                ctx -> {
                    step(ctx, "b");
                    step(ctx, "a");
                    go(ctx);
                    step(ctx, "c");
                }));
    }

    @Test
    void anotherWaitThanTheOneThatIsOpenGoesOn() {
        assertCompatible(change(
                ctx -> {
                    step(ctx, "a");
                    ctx.parallel(List.of(branch("p"), branch("q")));
                    go(ctx);
                },
                ctx -> {
                    step(ctx, "a");
                    ctx.parallel(List.of(branch("q"), branch("p"), branch("r")));
                    go(ctx);
                }));
    }

    @Test
    void everythingThatABodyMayDoIsTheSameWhenNothingHasChanged() {
        Code all = ctx -> {
            ctx.capture("captured", Integer.class, () -> 1);
            for (int i = 0; i < 3; i++) {
                step(ctx, "item");
            }
            try {
                ctx.step("caught", String.class, StepOptions.ONCE, attempt -> {
                    throw new IllegalStateException("no");
                });
            } catch (StepFailedException e) {
                step(ctx, "after");
            }
            ctx.parallel(List.of(branch("p"), failing("q"), branch("p")));
            ctx.any("first", List.of(failing("x"), branch("y"), branch("z")));
            ctx.now("now");
            go(ctx);
            step(ctx, "last");
        };
        assertCompatible(change(all, all));
    }

    @Test
    void concurrentChainsOfAnAsynchronousBodyAreNoDriftWhateverTheirOrder() {
        AsyncDurableHandler<String, Integer> handler = (ctx, payload) -> Uni.join()
                .all(chain(ctx, "a", 1), chain(ctx, "b", 1), chain(ctx, "c", 1))
                .andFailFast()
                .chain(all -> ctx.waitForEvent("go", Integer.class, null))
                .chain(go -> chain(ctx, "d", 1));
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            test.deliver("go", 1);
            assertCompatible(test.execution());
        }
    }

    private static Uni<Integer> chain(AsyncDurableContext ctx, String name, int number) {
        return ctx.step(
                        name + number,
                        Integer.class,
                        StepOptions.ONCE,
                        attempt -> Uni.createFrom().item(number))
                .chain(result -> number == 3 ? Uni.createFrom().item(3) : chain(ctx, name, number + 1));
    }
}
