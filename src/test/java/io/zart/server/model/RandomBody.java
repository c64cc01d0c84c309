package io.zart.server.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.handler.Branch;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A handler whose body is the payload: a list of what to do, one thing after the other. The result lists what came of each. */
final class RandomBody implements DurableHandler<JsonNode, Object> {

    /** A wait takes the next event of this name. */
    static final String EVENT = "event";

    private static final List<String> KINDS = List.of("step", "step", "flaky", "caught", "parallel", "sleep", EVENT);

    /** What to do, as the payload has it. */
    static List<String> script(Random random) {
        return IntStream.range(0, 2 + random.nextInt(6))
                .mapToObj(i -> KINDS.get(random.nextInt(KINDS.size())))
                .toList();
    }

    /** What must come of it, when the waits get these payloads. */
    static List<String> result(List<String> script, List<Integer> events) {
        List<String> result = new ArrayList<>();
        int taken = 0;
        for (int i = 0; i < script.size(); i++) {
            result.add(
                    switch (script.get(i)) {
                        case EVENT -> Integer.toString(events.get(taken++));
                        case "parallel" -> i + "-0," + i + "-1," + i + "-2";
                        default -> script.get(i) + i;
                    });
        }
        return result;
    }

    @Override
    public Object run(DurableContext ctx, JsonNode script) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < script.size(); i++) {
            result.add(one(ctx, script.get(i).asText(), i));
        }
        return result;
    }

    private static String one(DurableContext ctx, String kind, int index) {
        String name = kind + index;
        return switch (kind) {
            case "flaky" ->
                ctx.step(
                        name,
                        String.class,
                        StepOptions.retrying(RetryPolicy.fixed(1, Duration.ofMillis(20))),
                        attempt -> {
                            if (attempt.number() == 0) {
                                throw new IllegalStateException("not yet");
                            }
                            return name;
                        });
            case "caught" -> caught(ctx, name);
            case "parallel" ->
                ctx
                        .parallel(IntStream.range(0, 3)
                                .mapToObj(branch -> branch(index + "-" + branch))
                                .toList())
                        .stream()
                        .map(branch -> branch.value())
                        .collect(Collectors.joining(","));
            case "sleep" -> {
                ctx.sleep(name, Duration.ofMillis(150));
                yield name;
            }
            case EVENT -> ctx.waitForEvent(EVENT, Integer.class, null).toString();
            default -> ctx.step(name, String.class, () -> name);
        };
    }

    private static String caught(DurableContext ctx, String name) {
        try {
            return ctx.step(name, String.class, () -> {
                throw new IllegalStateException("no");
            });
        } catch (StepFailedException e) {
            return name;
        }
    }

    private static Branch<String> branch(String name) {
        return new Branch<>(name, String.class, StepOptions.ONCE, attempt -> name);
    }
}
