package io.zart.server.store;

import io.agroal.api.AgroalDataSource;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Transactions;
import io.zart.server.execution.JsonText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A step in the transaction of its caller: the body's own writes through the service's data source (JDBC, Hibernate) are
 * enlisted in a JTA transaction, and the step is recorded in the same one. So both are there, or neither.
 */
public final class JtaTransactions implements Transactions {

    private static final Pattern PARAMETER = Pattern.compile("\\$\\d+");
    private static final String RECORD = PARAMETER.matcher(JournalSql.RECORD).replaceAll("?");

    private final AgroalDataSource dataSource;

    public JtaTransactions(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public JsonText run(Callable<JsonText> body, Function<JsonText, StepOutcome> row) throws Exception {
        Rollback rollback = new Rollback();
        try {
            return QuarkusTransaction.requiringNew().call(() -> {
                JsonText result;
                try {
                    result = body.call();
                } catch (Exception e) {
                    rollback.cause = e;
                    throw rollback;
                }
                if (!record(row.apply(result))) {
                    throw rollback;
                }
                return result;
            });
        } catch (Rollback rolledBack) {
            if (rolledBack.cause == null) {
                return null;
            }
            throw rolledBack.cause;
        }
    }

    /** Whether the lease is current. */
    private boolean record(StepOutcome row) throws SQLException {
        Object[][] columns = {
            {row.lease().executionId()},
            {row.lease().epoch()},
            {row.name()},
            {row.kind()},
            {row.position()},
            {row.parallelGroup()},
            {row.dead() ? "dead" : "completed"},
            {row.attempt()},
            {row.failures()},
            {row.elapsedMicros()},
            {row.result() == null ? null : row.result().text()},
            {row.error() == null ? null : row.error().text()},
            {row.eventSeq()}
        };
        String[] types = {
            "text", "int8", "text", "text", "int4", "int4", "text", "int4", "int4", "int8", "text", "text", "int8"
        };
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(RECORD)) {
            for (int i = 0; i < columns.length; i++) {
                statement.setArray(i + 1, connection.createArrayOf(types[i], columns[i]));
            }
            try (ResultSet live = statement.executeQuery()) {
                return live.next();
            }
        }
    }

    /** Ends the transaction without a commit. */
    private static final class Rollback extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private transient Exception cause;

        Rollback() {
            super(null, null, false, false);
        }
    }
}
