package io.zart.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fills a test database with the same history as the benchmark. */
public final class History {

    private static final Path SCRIPT = Path.of("src", "bench", "history.sql");

    private static final String ACTIVE = """
            with n as (select n, 'active-' || lpad(n::text, 6, '0') as id,
                case when n %% 2 = 0 then 'order-fulfillment' else 'Brand-New' end as task_name,
                now() - n * interval '7 seconds' as at from generate_series(1, %d) as n),
            e as (insert into execution (id, task_name, scheduled_at, payload) select id, task_name, at, 'null' from n),
            d as (insert into tally_delta (scheduled, running)
              select count(*) filter (where n %% 3 = 0), count(*) filter (where n %% 3 > 0) from n)
            insert into task (execution_id, task_name, scheduled_at, run_index, run_at, lease_epoch, version, started_at)
            select id, task_name, at, 0, case when n %% 3 = 2 then 'infinity' else at end, n %% 3, 1,
              case when n %% 3 > 0 then at end from n""";

    private History() {}

    /**
     * Adds executions and analyzes the tables.
     *
     * @param ended finished executions of the benchmark's script
     * @param active active ones named {@code active-N}, a third of them scheduled, a third parked, a third due
     */
    public static void fill(TestDatabase database, int ended, int active) {
        String[] script = script();
        database.execute(
                script[0].replace(":'executions'", "'" + ended + "'"),
                script[1],
                ACTIVE.formatted(active),
                "vacuum (analyze)");
    }

    /** The commands of the script: the setting, and the block that reads it. */
    private static String[] script() {
        try {
            String text = Files.readString(SCRIPT);
            int block = text.indexOf("do $$");
            return new String[] {
                text.substring(text.indexOf("select set_config"), block).strip(),
                text.substring(block, text.indexOf("end $$;") + "end $$;".length())
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
