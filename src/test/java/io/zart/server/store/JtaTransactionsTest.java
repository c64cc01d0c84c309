package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.zart.server.engine.Lease;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Transactions;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.testing.PostgresTestResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PostgresTestResource.class)
class JtaTransactionsTest {

    @Inject
    Transactions transactions;

    @Inject
    PgExecutionStore store;

    @Inject
    AgroalDataSource dataSource;

    private final String id = "tx-" + UUID.randomUUID();

    @BeforeEach
    void anExecutionUnderLease() throws SQLException {
        NewExecution start = new NewExecution(id, "nobody", JsonText.NULL, OnConflict.RETURN, null, null, null, null);
        store.insert(start, "me", Duration.ofMinutes(1)).await().indefinitely();
        execute("create table if not exists ledger (note text)");
        execute("truncate ledger");
    }

    @Test
    void theBodysWritesAndTheRecordAreCommittedTogether() throws Exception {
        JsonText result = transactions.run(this::note, value -> row(1, value));
        assertThat(result.text()).isEqualTo("7");
        assertThat(count("ledger")).isEqualTo(1);
        assertThat(count("step where execution_id = '" + id + "' and result = '7'"))
                .isEqualTo(1);
    }

    @Test
    void aBodyThatFailsLeavesNothing() throws Exception {
        assertThatThrownBy(() -> transactions.run(
                        () -> {
                            note();
                            throw new IllegalStateException("after the write");
                        },
                        value -> row(1, value)))
                .hasMessage("after the write");
        assertThat(count("ledger")).isZero();
        assertThat(count("step where execution_id = '" + id + "'")).isZero();
    }

    @Test
    void aLostLeaseRollsTheBodysWritesBack() throws Exception {
        assertThat(transactions.run(this::note, value -> row(99, value))).isNull();
        assertThat(count("ledger")).isZero();
    }

    private JsonText note() throws SQLException {
        execute("insert into ledger values ('paid')");
        return new JsonText("7");
    }

    private StepOutcome row(long token, JsonText value) {
        return new StepOutcome(new Lease(id, 0, token), "pay", "step", 0, null, false, 1, 0, 10, value, null, null);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count(String from) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from " + from)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
