package io.zart.server.http;

import io.zart.server.config.Migrations;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses requests until the schema is known to be there: an older one would answer them with errors of its own. */
public class SchemaGate {

    private final Migrations migrations;

    public SchemaGate(Migrations migrations) {
        this.migrations = migrations;
    }

    /** Fails with 503 while the database is not ready. */
    @ServerRequestFilter(preMatching = true)
    public void check() {
        if (!migrations.applied()) {
            throw new DomainException(ErrorCode.DATABASE_UNAVAILABLE, "the database is not ready yet, try again");
        }
    }
}
