package io.zart.server.engine;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.zart.server.handler.StepOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** A non-blocking handler for tests that logs where it is: in its body and in a step, before and after a call. */
@Singleton
public class LogProbe implements HandlerSource {

    static final String TASK = "log-probe";

    private static final Logger LOG = Logger.getLogger(LogProbe.class);

    private final Vertx vertx;

    LogProbe(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public List<RegisteredHandler> handlers(Bodies bodies) {
        return List.of(new RegisteredHandler(
                TASK,
                0,
                bodies.<Map<String, Object>, String>async(
                        (ctx, payload) -> {
                            LOG.info("body");
                            return ctx.step("charge", String.class, StepOptions.ONCE, attempt -> {
                                        LOG.info("step");
                                        return later().invoke(() -> LOG.info("step, called back"));
                                    })
                                    .invoke(() -> LOG.info("body, after the step"))
                                    .chain(done -> later())
                                    .invoke(() -> LOG.info("body, called back"));
                        },
                        Map.class)));
    }

    /** As a call of Vert.x does, this comes back on the context from which it was made. */
    private Uni<String> later() {
        return Uni.createFrom().emitter(emitter -> vertx.setTimer(1, due -> emitter.complete("done")));
    }
}
