package io.zart.server.store;

import io.vertx.mutiny.sqlclient.Pool;
import io.zart.server.engine.PauseGate;
import io.zart.server.worker.WorkerStore;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Wires the store of remote workers to the pool of Quarkus. */
@Singleton
public class WorkerStoreBeans {

    @Produces
    @Singleton
    WorkerStore workers(Pool pool, PauseGate pauses) {
        return new PgWorkerStore(pool, pauses);
    }
}
