package io.zart.server.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import org.jboss.logging.Logger;

/**
 * Lets a connection plan for tables that will grow. A cached plan outlives the moment that it was made for: one made while a table
 * was small reads it from end to end, a batch later of a million rows too, until the next autovacuum. Every statement here finds its
 * rows by an index, so the other ways are forbidden; and since no value of a parameter changes the way, none is planned for anew, which
 * for a statement of a small batch takes longer than to execute it. Said by a statement and not by start-up parameters, which
 * poolers refuse.
 *
 * <p>One thing no setting forbids: an index in whose order rows could be merged may be read from end to end, which is cheapest as
 * long as the table is nearly empty. So the batches find their rows by {@code key = any(array[i.id])}, by which nothing can be
 * merged, or in a subquery of a row, which can only look up; and no order is asked for that an index has.
 */
public final class SessionSettings {

    private static final String SETTINGS =
            "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off; "
                    + "set enable_bitmapscan = off; set plan_cache_mode = force_generic_plan";

    private static final Logger LOG = Logger.getLogger(SessionSettings.class);

    private SessionSettings() {}

    /** To be called with each new connection of a pool, which takes it once it is closed here. Never blocks. */
    public static void apply(SqlConnection connection) {
        connection
                .query(SETTINGS)
                .execute()
                .onFailure(failure -> LOG.debug("a connection plans by the defaults", failure))
                .eventually(() -> {
                    connection.close();
                    return Future.succeededFuture();
                });
    }
}
