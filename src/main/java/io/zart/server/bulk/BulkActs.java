package io.zart.server.bulk;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import io.zart.server.execution.ErrorTexts;
import io.zart.server.execution.ExecutionService;
import io.zart.server.execution.OperatorService;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Does a page of a bulk operation. Non-blocking, thread-safe. */
@Singleton
public class BulkActs {

    private static final int AT_ONCE = 8;
    private static final int SERVER_ERROR = 500;

    private final ExecutionService executions;
    private final OperatorService operators;
    private final BulkStore store;

    public BulkActs(ExecutionService executions, OperatorService operators, BulkStore store) {
        this.executions = executions;
        this.operators = operators;
        this.store = store;
    }

    /**
     * Acts on the next executions, at the rate asked for. Those whose state does not allow it are skipped. Fails when the
     * database is away; what has been done then is not done again.
     *
     * @param stopped whether no further execution is to be acted on
     * @return where the next page begins and what was done, or null after the last page
     */
    public Uni<BulkPage> page(
            BulkRequest request, String bulkId, String after, String last, int limit, BooleanSupplier stopped) {
        return store.page(request.filter(), bulkId, after, last, limit).chain(ids -> {
            if (ids.isEmpty()) {
                return Uni.createFrom().nullItem();
            }
            String end = ids.get(ids.size() - 1);
            return act(request, bulkId, ids, stopped)
                    .chain(() -> store.acted(bulkId, after, end))
                    .map(done -> new BulkPage(end, done, Math.max(0, ids.size() - done)));
        });
    }

    private Uni<Void> act(BulkRequest request, String bulkId, List<String> ids, BooleanSupplier stopped) {
        Act act = new Act(request.act().triggeredBy(), request.act().reason(), bulkId);
        Uni<Void> all = Multi.createFrom()
                .iterable(ids)
                .filter(id -> !stopped.getAsBoolean())
                .onItem()
                .transformToUni(id -> one(request, id, act))
                .merge(AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid();
        Uni<Void> pace = Uni.createFrom()
                .voidItem()
                .onItem()
                .delayIt()
                .by(Duration.ofMillis(Math.max(1, 1_000L * ids.size() / request.ratePerSecond())));
        return Uni.join().all(all, pace).andCollectFailures().replaceWithVoid();
    }

    private Uni<Void> one(BulkRequest request, String id, Act act) {
        Uni<?> done = switch (request.operation()) {
            case CANCEL -> executions.cancel(id, act);
            case RESTART -> operators.restart(id, request.payload(), act);
            case RERUN -> operators.rerun(id, request.rerunSteps(), request.preserveSteps(), false, act);
            case RETRY_STEP -> retry(request, id, act);
        };
        return done.replaceWithVoid().onFailure(BulkActs::refused).recoverWithNull();
    }

    private Uni<String> retry(BulkRequest request, String id, Act act) {
        if (request.stepName() != null) {
            return operators.retryStep(id, request.stepName(), act);
        }
        return executions.get(id).chain(execution -> {
            String step = ErrorTexts.step(execution.error());
            if (step == null) {
                throw new DomainException(
                        ErrorCode.STEP_NOT_DEAD, "execution '" + id + "' was failed by none of its steps");
            }
            return operators.retryStep(id, step, act);
        });
    }

    private static boolean refused(Throwable failure) {
        return failure instanceof DomainException refusal && refusal.code().status() < SERVER_ERROR;
    }
}
