package io.zart.server.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.mutiny.Uni;
import io.zart.server.handler.AsyncDurableContext;
import io.zart.server.handler.AsyncDurableHandler;
import io.zart.server.handler.Durable;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.StepOptions;
import jakarta.inject.Singleton;

/** Two handlers whose code changes with the release: the step {@code charge} is {@code charge-card} in the second one. */
@Singleton
class DriftingHandlers {

    private volatile String charge = "charge";

    void release(int number) {
        charge = number == 1 ? "charge" : "charge-card";
    }

    String charge() {
        return charge;
    }

    /** One step after the other. */
    @Singleton
    @Durable("drifting")
    static class Blocking implements DurableHandler<JsonNode, String> {

        private final DriftingHandlers code;

        Blocking(DriftingHandlers code) {
            this.code = code;
        }

        @Override
        public String run(DurableContext ctx, JsonNode payload) {
            String charged = ctx.step(code.charge(), String.class, code::charge);
            return charged + " " + ctx.waitForEvent("go", Integer.class, null);
        }
    }

    /** The same, non-blocking. */
    @Singleton
    @Durable("drifting-async")
    static class Async implements AsyncDurableHandler<JsonNode, String> {

        private final DriftingHandlers code;

        Async(DriftingHandlers code) {
            this.code = code;
        }

        @Override
        public Uni<String> run(AsyncDurableContext ctx, JsonNode payload) {
            return ctx.step(
                            code.charge(),
                            String.class,
                            StepOptions.ONCE,
                            attempt -> Uni.createFrom().item(code.charge()))
                    .chain(charged ->
                            ctx.waitForEvent("go", Integer.class, null).map(number -> charged + " " + number));
        }
    }
}
