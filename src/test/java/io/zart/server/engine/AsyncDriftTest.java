package io.zart.server.engine;

import static io.zart.server.engine.DriftAssertions.assertCompatible;
import static io.zart.server.engine.DriftAssertions.assertDrift;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Execution;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.StepOptions;
import io.zart.server.testkit.DurableTest;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The code of a non-blocking body changes while a run waits for the event {@code go}. Its chains of steps may go side by side. */
class AsyncDriftTest {

    /** Steps that really ran after the change. */
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();

    private Execution change(
            Function<AsyncDurableContext, Uni<?>> before, Function<AsyncDurableContext, Uni<?>> after) {
        AtomicReference<Function<AsyncDurableContext, Uni<?>>> code = new AtomicReference<>(before);
        AsyncDurableHandler<String, String> handler =
                (ctx, payload) -> code.get().apply(ctx).replaceWith("end");
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            ran.clear();
            code.set(after);
            test.deliver("go", 1);
            return test.execution();
        }
    }

    private Uni<String> step(AsyncDurableContext ctx, String name) {
        return ctx.step(
                name,
                String.class,
                StepOptions.ONCE,
                attempt -> Uni.createFrom().item(() -> {
                    ran.add(name);
                    return name;
                }));
    }

    private Uni<String> steps(AsyncDurableContext ctx, String... names) {
        Uni<String> chain = Uni.createFrom().item("");
        for (String name : names) {
            chain = chain.chain(last -> step(ctx, name));
        }
        return chain;
    }

    private static Uni<Integer> go(AsyncDurableContext ctx) {
        return ctx.waitForEvent("go", Integer.class, null);
    }

    @Test
    void aRenamedStepIsDriftAndDoesNotRunUnderItsNewName() {
        assertDrift(
                change(
                        ctx -> steps(ctx, "a", "charge").chain(() -> go(ctx)),
                        ctx -> steps(ctx, "a", "charge-card").chain(() -> go(ctx))),
                "'charge-card'",
                "'charge'");
        assertThat(ran).isEmpty();
    }

    @Test
    void aNewStepBeforeRecordedOnesIsDrift() {
        assertDrift(
                change(
                        ctx -> steps(ctx, "a", "b").chain(() -> go(ctx)),
                        ctx -> steps(ctx, "a", "new", "b").chain(() -> go(ctx))),
                "'new'",
                "'b'");
        assertThat(ran).isEmpty();
    }

    @Test
    void aRemovedStepIsDriftOnceSomethingNewIsReached() {
        assertDrift(
                change(
                        ctx -> steps(ctx, "a", "b").chain(() -> go(ctx)),
                        ctx -> steps(ctx, "a").chain(() -> go(ctx)).chain(() -> step(ctx, "c"))),
                "'c'",
                "'b'");
        assertThat(ran).isEmpty();
    }

    @Test
    void aStepRenamedInOneOfTwoChainsIsDriftThoughTheOtherChainIsAsItWas() {
        assertDrift(
                change(
                        ctx -> both(steps(ctx, "a1", "a2").chain(() -> go(ctx)), steps(ctx, "b1", "b2", "b3")),
                        ctx -> both(steps(ctx, "a1", "a2").chain(() -> go(ctx)), steps(ctx, "b1", "bee", "b3"))),
                "'bee'",
                "'b2'");
        assertThat(ran).isEmpty();
    }

    @Test
    void recordedStepsInADifferentOrderAndNewStepsBehindThemGoOn() {
        assertCompatible(change(
                ctx -> steps(ctx, "a", "b").chain(() -> go(ctx)),
                ctx -> steps(ctx, "b", "a").chain(() -> go(ctx)).chain(() -> steps(ctx, "c", "d"))));
        assertThat(ran).containsExactly("c", "d");
    }

    @Test
    void aNewStepOfOneChainGoesOnThoughAnotherChainHasStillToAskForWhatIsRecorded() {
        Function<AsyncDurableContext, Uni<?>> code = ctx -> both(
                steps(ctx, "a1").chain(() -> go(ctx)).chain(() -> steps(ctx, "a2", "a3")),
                steps(ctx, "b1", "b2", "b3", "b4", "b5"));
        assertCompatible(change(code, code));
        assertThat(ran).containsExactly("a2", "a3");
    }

    @Test
    void aChainThatDoesSomethingElseBetweenItsStepsIsWaitedFor() {
        assertCompatible(change(
                ctx -> both(go(ctx), steps(ctx, "b1", "b2")),
                ctx -> both(
                        go(ctx).chain(() -> step(ctx, "new")),
                        steps(ctx, "b1")
                                .onItem()
                                .delayIt()
                                .by(Duration.ofMillis(150))
                                .chain(() -> steps(ctx, "b2")))));
        assertThat(ran).containsExactly("new");
    }

    @Test
    void whatTheLoserOfARaceHadRecordedIsNotMissed() {
        Function<AsyncDurableContext, Uni<?>> code = ctx -> go(ctx).chain(() -> step(ctx, "new"));
        assertCompatible(change(
                ctx -> both(steps(ctx, "a"), steps(ctx, "b1", "b2", "b3")).chain(() -> go(ctx)),
                ctx -> Uni.join()
                        .first(List.of(steps(ctx, "a"), steps(ctx, "b1", "b2", "b3")))
                        .withItem()
                        .chain(() -> code.apply(ctx))));
        assertThat(ran).containsExactly("new");
    }

    private static Uni<?> both(Uni<?> one, Uni<?> other) {
        return Uni.combine().all().unis(one, other).discardItems();
    }
}
