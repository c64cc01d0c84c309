package io.zart.server.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The pool of the service, with the bounds that keep a database that is frozen or unreachable from holding requests: the time to
 * connect, the time until a connection is free, the number of those who wait for one, and the time that a connection may be
 * silent before it is given up.
 */
@Singleton
public class ServicePool implements PgPoolCreator {

    private static final int PATIENCE_SECONDS = 5;
    private static final int SILENCE_SECONDS = 30;
    private static final int MOST_WAITING = 10_000;

    @Override
    public Pool create(Input input) {
        List<SqlConnectOptions> options =
                input.pgConnectOptionsList().stream().map(ServicePool::bounded).toList();
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setConnectionTimeout(PATIENCE_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS)
                        .setMaxWaitQueueSize(MOST_WAITING))
                .connectingTo(options)
                .using(input.vertx())
                .withConnectHandler(SessionSettings::apply)
                .build();
    }

    private static SqlConnectOptions bounded(PgConnectOptions options) {
        return new PgConnectOptions(options)
                // The copy forgets it.
                .setUseLayer7Proxy(options.getUseLayer7Proxy())
                .setConnectTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS))
                .setIdleTimeout(SILENCE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpKeepAlive(true)
                .setPreparedStatementCacheSqlFilter(ServicePool::repeated);
    }

    /** All statements but those of lists, which have too many forms to be kept, and are to be planned for their values. */
    private static boolean repeated(String sql) {
        return !sql.startsWith("with recursive");
    }
}
