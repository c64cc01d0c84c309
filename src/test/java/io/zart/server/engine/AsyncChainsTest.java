package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.handler.StepOptions;
import io.zart.server.testkit.DurableTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Random bodies whose chains of steps go side by side, given up and taken up again at random: none of that is drift. */
class AsyncChainsTest {

    private enum Kind {
        STEP,
        FLAKY,
        SLEEP,
        EVENT
    }

    /** Each step by how often it was recorded to have begun well. */
    private final Map<String, AtomicInteger> ran = new ConcurrentHashMap<>();

    @Test
    void everyStepOfEveryChainRunsOnceWhateverTheOrderInWhichTheRunIsTakenUpAgain() {
        long first = Long.getLong("zart.model.seed", System.nanoTime());
        for (int i = 0; i < Integer.getInteger("zart.model.bodies", 150); i++) {
            ran.clear();
            body(first + i);
        }
    }

    @Test
    void aChainThatBeginsToWaitKeepsNoneFromTheStepThatItAsksForInTheSameMoment() {
        List<UniEmitter<? super String>> attempts = new CopyOnWriteArrayList<>();
        AsyncDurableHandler<String, String> handler = (ctx, payload) -> Uni.combine()
                .all()
                .unis(
                        held(ctx, "waits", attempts).chain(() -> link(ctx, Kind.EVENT, "event")),
                        held(ctx, "goes on", attempts).chain(() -> link(ctx, Kind.STEP, "further")),
                        link(ctx, Kind.STEP, "last")
                                .invoke(() -> attempts.forEach(attempt -> attempt.complete("done"))))
                .with(results -> "end");
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            assertThat(ran).containsKeys("last", "further");
            test.deliver("event", 1);
            assertThat(test.status()).isEqualTo(ExecutionStatus.COMPLETED);
        }
    }

    /** A step whose attempt ends when the test says so. */
    private static Uni<String> held(AsyncDurableContext ctx, String name, List<UniEmitter<? super String>> attempts) {
        return ctx.step(
                name,
                String.class,
                StepOptions.ONCE,
                attempt -> Uni.createFrom().emitter(attempts::add));
    }

    private void body(long seed) {
        Random random = new Random(seed);
        List<List<Kind>> chains = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(3); i++) {
            List<Kind> chain = new ArrayList<>();
            for (int j = 0; j < 1 + random.nextInt(6); j++) {
                chain.add(Kind.values()[random.nextInt(Kind.values().length)]);
            }
            chains.add(chain);
        }
        AsyncDurableHandler<String, String> handler = (ctx, payload) -> all(ctx, chains);
        try (DurableTest test = DurableTest.of(handler, String.class)) {
            test.start("x");
            List<String> events = events(chains);
            Map<Integer, Runnable> moves = new HashMap<>();
            moves.put(0, () -> test.advance(Duration.ofMinutes(1)));
            moves.put(1, test::crash);
            for (int i = 0; test.status() == ExecutionStatus.RUNNING && i < 500; i++) {
                int move = random.nextInt(3);
                if (move == 2 && !events.isEmpty()) {
                    test.deliver(events.remove(random.nextInt(events.size())), 1);
                } else {
                    moves.get(move % 2).run();
                }
            }
            String what = "with -Dzart.model.bodies=1 -Dzart.model.seed=" + seed + ": " + chains;
            assertThat(test.status()).as("%s: %s", what, test.errorMessage()).isEqualTo(ExecutionStatus.COMPLETED);
            assertThat(ran.values().stream().map(AtomicInteger::get)).as(what).containsOnly(1);
            assertThat(ran).as(what).hasSize(steps(chains));
        }
    }

    private Uni<String> all(AsyncDurableContext ctx, List<List<Kind>> chains) {
        List<Uni<?>> begun = new ArrayList<>();
        for (int i = 0; i < chains.size(); i++) {
            Uni<?> chain = Uni.createFrom().item("");
            for (int j = 0; j < chains.get(i).size(); j++) {
                Kind kind = chains.get(i).get(j);
                String name = i + "-" + j;
                chain = chain.chain(last -> link(ctx, kind, name));
            }
            begun.add(chain);
        }
        begun.add(ctx.capture("captured", String.class, () -> ran("captured")));
        return Uni.combine().all().unis(begun).with(results -> "end");
    }

    private Uni<?> link(AsyncDurableContext ctx, Kind kind, String name) {
        return switch (kind) {
            case STEP ->
                ctx.step(
                        name,
                        String.class,
                        StepOptions.ONCE,
                        attempt -> Uni.createFrom().item(() -> ran(name)));
            case FLAKY ->
                ctx.step(
                        name,
                        String.class,
                        StepOptions.retrying(RetryPolicy.fixed(1, Duration.ofSeconds(20))),
                        attempt -> Uni.createFrom().item(() -> {
                            if (attempt.number() == 0) {
                                throw new IllegalStateException("not yet");
                            }
                            return ran(name);
                        }));
            case SLEEP -> ctx.sleep(name, Duration.ofSeconds(30));
            case EVENT -> ctx.waitForEvent(name, Integer.class, null);
        };
    }

    private String ran(String name) {
        ran.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
        return name;
    }

    private static List<String> events(List<List<Kind>> chains) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < chains.size(); i++) {
            for (int j = 0; j < chains.get(i).size(); j++) {
                if (chains.get(i).get(j) == Kind.EVENT) {
                    names.add(i + "-" + j);
                }
            }
        }
        return names;
    }

    private static int steps(List<List<Kind>> chains) {
        return 1
                + (int) chains.stream()
                        .flatMap(List::stream)
                        .filter(kind -> kind == Kind.STEP || kind == Kind.FLAKY)
                        .count();
    }
}
