package io.zart.server.samples;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Bodies;
import io.zart.server.engine.RegisteredHandler;
import io.zart.server.execution.JsonText;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.Branch;
import io.zart.server.handler.BranchResult;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.EventTimeoutException;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.handler.StepBody;
import io.zart.server.handler.StepFailedException;
import io.zart.server.handler.StepOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The sample handlers: demo, conformance fixtures and benchmark load. Names, steps and results are fixed. */
public final class Samples {

    private final Bodies bodies;
    private final List<RegisteredHandler> all = new ArrayList<>();

    /** Registers them all. */
    public Samples(Bodies bodies) {
        this.bodies = bodies;
        async("echo", JsonText.class, (ctx, payload) -> Uni.createFrom().item(payload));
        async("five-steps", JsonText.class, (ctx, payload) -> fiveSteps(ctx, 1, 0));
        blocking("approval", Samples::approval);
        blocking(
                "two-events",
                (ctx, payload) -> JsonParts.array(
                        ctx.waitForEvent("first", JsonText.class, null),
                        ctx.waitForEvent("second", JsonText.class, null)));
        blocking(
                "flaky",
                (ctx, payload) -> ctx.step(
                        "flaky-step",
                        JsonNode.class,
                        StepOptions.retrying(Retries.of(payload, "fixed")),
                        failing(payload.path("failures").asInt(2), null)));
        blocking("dead", Samples::dead);
        blocking("sleeper", (ctx, payload) -> {
            ctx.sleep("nap", Retries.seconds(payload, "seconds", 1));
            return JsonParts.object("slept", payload.has("seconds") ? payload.get("seconds") : 1);
        });
        blocking("parallel", Samples::parallel);
        blocking("parallel-err", Samples::parallelErr);
        blocking("mixed", Samples::mixed);
        blocking(
                "slow",
                (ctx, payload) -> List.of(
                        ctx.step("slow", String.class, () -> {
                            Thread.sleep(payload.path("ms").asLong(3000));
                            return "done";
                        }),
                        ctx.step("after", String.class, () -> "done2")));
        blocking("timeouts", Samples::timeouts);
        all.add(new RegisteredHandler(
                "deadline",
                1000,
                bodies.<JsonNode, Object>blocking(
                        (ctx, payload) -> {
                            ctx.sleep("sleep", ofMillis(payload.path("ms").asLong(3000)));
                            return null;
                        },
                        JsonNode.class)));
        blocking("catch-error", Samples::catchError);
        blocking("catch-deadline", Samples::catchDeadline);
        blocking("loop", (ctx, payload) -> {
            int n = payload.path("n").asInt(10);
            IntStream.range(0, n).forEach(i -> ctx.step("item", Integer.class, () -> i));
            return n;
        });
        blocking("panicky", Samples::panicky);
        blocking("typed", Samples::typed);
        blocking("order-fulfillment", Samples::orderFulfillment);
    }

    /** The registered samples. */
    public List<RegisteredHandler> all() {
        return List.copyOf(all);
    }

    private void blocking(String name, DurableHandler<JsonNode, Object> handler) {
        all.add(new RegisteredHandler(name, 0, bodies.blocking(handler, JsonNode.class)));
    }

    private <I, O> void async(String name, Class<I> input, AsyncDurableHandler<I, O> handler) {
        all.add(new RegisteredHandler(name, 0, bodies.async(handler, input)));
    }

    private static Uni<Map<String, Integer>> fiveSteps(
            io.zart.server.handler.AsyncDurableContext ctx, int number, int sum) {
        return number > 5
                ? Uni.createFrom().item(Map.of("sum", sum))
                : ctx.step(
                                "step-" + number,
                                Integer.class,
                                StepOptions.ONCE,
                                attempt -> Uni.createFrom().item(number))
                        .chain(result -> fiveSteps(ctx, number + 1, sum + result));
    }

    /** Fails so many attempts, then returns which attempt it was, or the fixed value. */
    private static StepBody<JsonNode> failing(int failures, String value) {
        return attempt -> {
            if (attempt.number() < failures) {
                throw SampleError.boom(attempt.number());
            }
            com.fasterxml.jackson.databind.node.JsonNodeFactory nodes =
                    com.fasterxml.jackson.databind.node.JsonNodeFactory.instance;
            return value == null
                    ? nodes.objectNode().put("succeededOnAttempt", attempt.number())
                    : nodes.textNode(value);
        };
    }

    private static Object approval(DurableContext ctx, JsonNode payload) {
        String prepared = ctx.step("prepare", String.class, () -> "prepared");
        JsonNode seconds = payload.path("timeoutSecs");
        JsonText event = ctx.waitForEvent(
                "approval", JsonText.class, seconds.isNumber() ? Retries.seconds(payload, "timeoutSecs", 0) : null);
        JsonText last = ctx.step("finalize", JsonText.class, () -> JsonParts.object("event", event));
        return JsonParts.object("prepared", prepared, "final", last);
    }

    private static Object dead(DurableContext ctx, JsonNode payload) {
        int healAfter = payload.path("healAfter").asInt(Integer.MAX_VALUE);
        return ctx.step("doomed", String.class, StepOptions.retrying(Retries.of(payload, "fixed")), attempt -> {
            if (attempt.numberInExecution() + 1 < healAfter) {
                throw SampleError.boom(attempt.number());
            }
            return "healed";
        });
    }

    private static Object parallel(DurableContext ctx, JsonNode payload) {
        long ms = payload.path("ms").asLong(0);
        List<Branch<Integer>> branches = IntStream.rangeClosed(1, 5)
                .mapToObj(n -> new Branch<>("branch-" + n, Integer.class, StepOptions.ONCE, attempt -> {
                    Thread.sleep(ms);
                    return n;
                }))
                .toList();
        List<Integer> numbers =
                ctx.parallel(branches).stream().map(BranchResult::value).toList();
        int sum = ctx.step(
                "join",
                Integer.class,
                () -> numbers.stream().mapToInt(Integer::intValue).sum());
        return JsonParts.object("branches", JsonParts.array(numbers.toArray()), "sum", sum);
    }

    private static Object parallelErr(DurableContext ctx, JsonNode payload) {
        Branch<JsonNode> good = new Branch<>("good", JsonNode.class, StepOptions.ONCE, failing(0, "good"));
        Branch<JsonNode> bad = new Branch<>(
                "bad",
                JsonNode.class,
                StepOptions.retrying(Retries.of(payload, "none")),
                failing(payload.path("failures").asInt(1), null));
        return JsonParts.array(ctx.parallel(List.of(good, bad)).stream()
                .map(result -> result.error() == null
                        ? JsonParts.object("ok", result.value())
                        : JsonParts.object("err", result.error().getMessage()))
                .toArray());
    }

    private static Object mixed(DurableContext ctx, JsonNode payload) {
        int captured = ctx.capture("captured", Integer.class, () -> 42);
        String alpha =
                ctx.step("alpha", String.class, StepOptions.ONCE, attempt -> "a-" + (attempt.numberInExecution() + 1));
        JsonText beta = ctx.step("beta", JsonText.class, () -> JsonParts.object("from", alpha));
        ctx.sleep("pause", ofMillis(payload.path("sleepMs").asLong(50)));
        JsonText gamma = ctx.step("gamma", JsonText.class, () -> JsonParts.object("from", beta));
        return JsonParts.object("c", captured, "a", alpha, "b", beta, "g", gamma);
    }

    private static Object timeouts(DurableContext ctx, JsonNode payload) {
        java.time.Duration limit = ofMillis(payload.path("timeoutMs").asLong(200));
        boolean perAttempt = payload.path("scope").asText("global").equals("per_attempt");
        StepOptions options =
                new StepOptions(Retries.of(payload, "fixed"), perAttempt ? limit : null, perAttempt ? null : limit);
        int failures = payload.path("failures").asInt(0);
        return ctx.step("slow-step", JsonNode.class, options, attempt -> {
            Thread.sleep(payload.path("ms").asLong(1000));
            return failing(failures, null).run(attempt);
        });
    }

    private static Object catchError(DurableContext ctx, JsonNode payload) {
        Object handled;
        try {
            handled = ctx.step("may-fail", String.class, () -> {
                throw SampleError.boom(0);
            });
        } catch (StepFailedException e) {
            handled = JsonParts.object("handled", e.getMessage());
        }
        return JsonParts.array(handled, ctx.step("next", String.class, () -> "next"));
    }

    private static Object catchDeadline(DurableContext ctx, JsonNode payload) {
        JsonText outcome;
        try {
            outcome = ctx.waitForEvent("approval", JsonText.class, ofMillis(500));
        } catch (EventTimeoutException e) {
            outcome = JsonParts.object("deadline", true);
        }
        return JsonParts.array(outcome, ctx.step("escalate", String.class, () -> "escalated"));
    }

    private static Object panicky(DurableContext ctx, JsonNode payload) {
        if (payload.path("where").asText().equals("step")) {
            return ctx.step("panics", String.class, () -> {
                throw new IllegalStateException("panic in step");
            });
        }
        throw new IllegalStateException("panic in body");
    }

    private static Object typed(DurableContext ctx, JsonNode payload) {
        JsonNode n = payload.path("n");
        if (!n.isIntegralNumber()) {
            throw new IllegalArgumentException("payload must be {\"n\": integer}");
        }
        return n.bigIntegerValue().add(java.math.BigInteger.ONE);
    }

    private static Object orderFulfillment(DurableContext ctx, JsonNode order) {
        String id = order.path("orderId").asText();
        ctx.step("validate-address", String.class, () -> "addr-" + id);
        String transaction =
                ctx.step("process-payment", String.class, RetryPolicy.exponential(3, ofSeconds(2)), () -> "txn-" + id);
        ctx.step("reserve-inventory", Void.class, () -> null);
        ctx.sleep("warehouse-settle", Retries.seconds(order, "settleSecs", 1));
        JsonNode shipment = ctx.waitForEvent("shipment-ready", JsonNode.class, ofHours(1));
        return JsonParts.object(
                "orderId", id, "transactionId", transaction, "trackingNumber", shipment.path("trackingNumber"));
    }
}
