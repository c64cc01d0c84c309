package io.zart.server.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.zart.server.engine.PauseGate;

/** Lets an answer of the database wait until the pause rules of which it tells are known here. */
record PauseVersion(PauseGate gate) {

    /** Looks at the column {@code pause_version} of the first row. */
    Uni<Void> learn(RowSet<Row> rows) {
        if (rows.size() == 0) {
            return Uni.createFrom().voidItem();
        }
        Long version = rows.iterator().next().getLong("pause_version");
        return version == null || version <= gate.version() ? Uni.createFrom().voidItem() : gate.upTo(version);
    }
}
