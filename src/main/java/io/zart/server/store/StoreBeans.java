package io.zart.server.store;

import io.agroal.api.AgroalDataSource;
import io.vertx.mutiny.sqlclient.Pool;
import io.zart.server.bulk.BulkStore;
import io.zart.server.config.ZartConfig;
import io.zart.server.engine.Journal;
import io.zart.server.engine.PauseGate;
import io.zart.server.engine.Transactions;
import io.zart.server.execution.CallerTrace;
import io.zart.server.execution.OperatorStore;
import io.zart.server.execution.ServedTasks;
import io.zart.server.execution.TraceContexts;
import io.zart.server.execution.Upkeep;
import io.zart.server.metrics.DatabaseGauges;
import io.zart.server.pause.PauseStore;
import io.zart.server.retention.FinishedExecutions;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Wires the store to the pool of Quarkus. */
@Singleton
public class StoreBeans {

    @Produces
    @Singleton
    PgExecutionStore store(
            Pool pool,
            ServedTasks served,
            PauseGate pauses,
            DatabaseGauges gauges,
            StoreObserver observer,
            CallerTrace trace,
            ZartConfig config) {
        return new PgExecutionStore(
                pool,
                served,
                pauses,
                gauges::batches,
                observer,
                trace,
                config.limits().events());
    }

    @Produces
    @Singleton
    TraceContexts traceContexts(Pool pool) {
        return new PgTraceContexts(pool);
    }

    @Produces
    @Singleton
    Upkeep upkeep(Pool pool, ServedTasks served) {
        return new PgUpkeep(pool, served);
    }

    @Produces
    @Singleton
    PgChildren children(Pool pool) {
        return new PgChildren(pool);
    }

    @Produces
    @Singleton
    OperatorStore operatorStore(Pool pool, ServedTasks served, CallerTrace trace) {
        return new PgOperatorStore(pool, served, trace);
    }

    @Produces
    @Singleton
    Transactions transactions(AgroalDataSource dataSource) {
        return new JtaTransactions(dataSource);
    }

    @Produces
    @Singleton
    FinishedExecutions finishedExecutions(Pool pool) {
        return new PgFinishedExecutions(pool);
    }

    @Produces
    @Singleton
    BulkStore bulkStore(Pool pool) {
        return new PgBulkStore(pool);
    }

    @Produces
    @Singleton
    PauseStore pauseStore(Pool pool) {
        return new PgPauseStore(pool);
    }

    @Produces
    @Singleton
    Journal journal(Pool pool, PauseGate pauses, DatabaseGauges gauges, StoreObserver observer) {
        return new PgJournal(pool, pauses, gauges::batches, observer);
    }
}
