package io.zart.server.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The transition tables, the database that enforces them, and the diagrams of the documentation say the same. */
class TransitionsTest {

    private static final Path DIAGRAMS = Path.of("src/main/docs/states.md");

    @Test
    void theDatabaseLetsAnExecutionMakeExactlyTheMovesOfTheTable() throws SQLException {
        TestDatabase database = TestDatabase.createMigrated();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into execution (id, task_name, scheduled_at) values ('x', 'task', now())");
            for (String from : List.of("active", "completed", "failed", "cancelled")) {
                for (String to : List.of("active", "completed", "failed", "cancelled")) {
                    boolean allowed = from.equals(to)
                            || stored(from).stream()
                                    .anyMatch(one -> stored(to).stream().anyMatch(one::mayBecome));
                    place(statement, "execution", from);
                    assertThat(moves(statement, "execution", to, ", run_index = run_index + 1"))
                            .as("%s to %s with a new run", from, to)
                            .isEqualTo(allowed);
                    boolean allowedInRun = from.equals(to)
                            || stored(from).stream()
                                    .anyMatch(one -> stored(to).stream().anyMatch(one::mayBecomeInRun));
                    place(statement, "execution", from);
                    assertThat(moves(statement, "execution", to, ""))
                            .as("%s to %s in the same run", from, to)
                            .isEqualTo(allowedInRun);
                }
            }
        } finally {
            database.drop();
        }
    }

    @Test
    void theDatabaseLetsNoEarlierRunMakeAMove() throws SQLException {
        TestDatabase database = TestDatabase.createMigrated();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            List<String> ends = List.of("completed", "failed", "cancelled");
            statement.execute("insert into run (execution_id, run_index, trigger, status, scheduled_at)"
                    + " values ('x', 0, 'initial', 'completed', now())");
            for (String from : ends) {
                for (String to : List.of("completed", "failed", "cancelled", "active", "scheduled", "running")) {
                    place(statement, "run", from);
                    assertThat(moves(statement, "run", to, ""))
                            .as("%s to %s", from, to)
                            .isEqualTo(from.equals(to));
                }
            }
        } finally {
            database.drop();
        }
    }

    @Test
    void theDatabaseLetsAStepMakeNoMoveThatTheTableForbids() throws SQLException {
        TestDatabase database = TestDatabase.createMigrated();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("insert into step (execution_id, run_index, name, position, kind, status, scheduled_at)"
                    + " values ('x', 0, 's', 0, 'step', 'scheduled', now())");
            for (StepStatus from : EnumSet.complementOf(EnumSet.of(StepStatus.RUNNING))) {
                for (StepStatus to : EnumSet.complementOf(EnumSet.of(StepStatus.RUNNING))) {
                    place(statement, "step", from.wire());
                    // The way back from dead is none of a row: a retried step loses it and keeps its attempts.
                    boolean allowed = from == to || from != StepStatus.DEAD && from.mayBecome(to);
                    assertThat(moves(statement, "step", to.wire(), ""))
                            .as("%s to %s", from, to)
                            .isEqualTo(allowed);
                }
            }
        } finally {
            database.drop();
        }
    }

    /** Run with -Dstates.write=true to write the page anew. */
    @Test
    void theDiagramsAreThoseOfTheTables() throws IOException {
        String page = page();
        if (Boolean.getBoolean("states.write")) {
            Files.writeString(DIAGRAMS, page);
        }
        assertThat(Files.readString(DIAGRAMS)).isEqualTo(page);
    }

    private static String page() {
        return "# States\n\nGenerated from the transition tables `ExecutionStatus` and `StepStatus`; a test keeps it so.\n"
                + "The database refuses every other move.\n\n## Execution\n\n"
                + "From an ended state a new run (restart, rerun) leads back to `scheduled`, a retried step to `running`.\n\n"
                + diagram(ExecutionStatus.values(), ExecutionStatus::wire, ExecutionStatus::mayBecome, "scheduled")
                + "\n## Run\n\nAn ended run stays as it is, but for a failed one whose dead step is retried.\n\n"
                + diagram(ExecutionStatus.values(), ExecutionStatus::wire, ExecutionStatus::mayBecomeInRun, "scheduled")
                + "\n## Step\n\nA dead step becomes `scheduled` when an operator retries it.\n\n"
                + diagram(StepStatus.values(), StepStatus::wire, StepStatus::mayBecome, "scheduled");
    }

    private static <S> String diagram(S[] states, Function<S, String> name, BiPredicate<S, S> mayBecome, String first) {
        List<String> lines = new ArrayList<>(List.of("```mermaid", "stateDiagram-v2", "    [*] --> " + first));
        for (S from : states) {
            Stream.of(states)
                    .filter(to -> mayBecome.test(from, to))
                    .forEach(to -> lines.add("    " + name.apply(from) + " --> " + name.apply(to)));
        }
        lines.add("```");
        return String.join("\n", lines) + "\n";
    }

    private static Set<ExecutionStatus> stored(String status) {
        return status.equals("active")
                ? EnumSet.of(ExecutionStatus.SCHEDULED, ExecutionStatus.RUNNING)
                : EnumSet.of(ExecutionStatus.ofWire(status).orElseThrow());
    }

    private static void place(Statement statement, String table, String status) throws SQLException {
        statement.execute("alter table " + table + " disable trigger user");
        statement.execute("update " + table + " set status = '" + status + "'");
        statement.execute("alter table " + table + " enable trigger user");
    }

    private static boolean moves(Statement statement, String table, String status, String more) {
        try {
            statement.execute("update " + table + " set status = '" + status + "'" + more);
            return true;
        } catch (SQLException refused) {
            assertThat(refused.getMessage()).contains("illegal move");
            return false;
        }
    }

    private static Connection connect(TestDatabase database) throws SQLException {
        return DriverManager.getConnection(
                database.databaseUrl().jdbcUrl(),
                database.databaseUrl().username(),
                database.databaseUrl().password().orElse(""));
    }
}
