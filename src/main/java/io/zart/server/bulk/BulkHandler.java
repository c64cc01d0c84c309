package io.zart.server.bulk;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.RunRecord;
import io.zart.server.handler.Durable;
import io.zart.server.handler.DurableContext;
import io.zart.server.handler.DurableHandler;
import io.zart.server.handler.RetryPolicy;
import io.zart.server.http.Fields;
import io.zart.server.http.JsonBody;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A bulk operation as a durable execution: one step that counts what matches, then one step for each page, in the order of the
 * ids. After a crash it goes on where it was; an execution is acted on once. What starts later than the count is left alone,
 * as far as its id comes behind.
 */
@Singleton
@Durable(BulkHandler.TASK)
public class BulkHandler implements DurableHandler<JsonText, BulkHandler.Summary> {

    /** Its task name. */
    public static final String TASK = "zart.bulk";

    private static final int PAGE = 200;
    private static final RetryPolicy PATIENT = RetryPolicy.exponential(60, Duration.ofMillis(200))
            .withMaxDelay(Duration.ofSeconds(10))
            .withJitter(0.5);

    private final BulkStore store;
    private final Instance<BulkActs> acts;

    /** @param acts looked up when it runs: what it does needs the engine, which needs its handlers first */
    public BulkHandler(BulkStore store, Instance<BulkActs> acts) {
        this.store = store;
        this.acts = acts;
    }

    /** What matched when it began. */
    @RegisterForReflection
    public record Plan(long matching, String last) {}

    /** The result. */
    @RegisterForReflection
    public record Summary(String operation, long matching, long done, long skipped) {}

    @Override
    public Summary run(DurableContext ctx, JsonText payload) {
        Fields fields = JsonBody.object(payload.text().getBytes(StandardCharsets.UTF_8), null, true);
        BulkRequest request = BulkRequest.of(BulkRequest.Operation.ofWire(fields.string("operation")), fields);
        String bulkId = RunRecord.id(ctx.executionId(), ctx.runIndex());
        Plan plan = ctx.step(
                "plan",
                Plan.class,
                PATIENT,
                () -> store.remember(ctx.executionId(), ctx.runIndex(), request.act(), payload)
                        .chain(() -> store.matching(request.filter()))
                        .map(found -> new Plan(found.count(), found.last()))
                        .await()
                        .indefinitely());
        long done = 0;
        long skipped = 0;
        String after = "";
        int limit = Math.min(PAGE, request.ratePerSecond());
        while (plan.last() != null) {
            String from = after;
            BulkPage page = ctx.step(
                    "page",
                    BulkPage.class,
                    PATIENT,
                    () -> acts.get()
                            .page(request, bulkId, from, plan.last(), limit, ctx::cancelled)
                            .await()
                            .indefinitely());
            if (page == null) {
                break;
            }
            done += page.done();
            skipped += page.skipped();
            after = page.after();
        }
        return new Summary(request.operation().wire(), plan.matching(), done, skipped);
    }
}
