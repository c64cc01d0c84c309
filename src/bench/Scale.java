import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What millions of executions change: the same requests on an empty database, behind a history, and behind a long queue of another
 * task name; and the throughput while old executions are deleted.
 */
public final class Scale {

    private static final String HELP = """
            src/bench/scale.sh [options]   (after: ./mvnw -q package -DskipTests)
              --history N       finished executions of the last 25 days (5000000)
              --ready N         tasks of another name that are due and that nobody takes (1000000)
              --probes N        requests of each kind (400)
              --seconds N       length of a phase of throughput (10)
              --warm N          executions that warm the service (60000)
              --java-options S  of the service's JVM
              --out FILE        also writes the report there""";

    private static final String EMPTY = "truncate execution, task, step, attempt, run, event, tally_delta;"
            + " update tally set scheduled = 0, running = 0, completed = 0, failed = 0, cancelled = 0";
    private static final String QUEUE = "with e as (insert into execution (id, task_name, payload, scheduled_at)"
            + " select 'q' || n, 'bulk', '{}', now() - interval '1 hour' from generate_series(1, %d) as n returning id, scheduled_at),"
            + " d as (insert into tally_delta (scheduled) values (%d))"
            + " insert into task (execution_id, task_name, run_index, run_at, lease_epoch, version, scheduled_at)"
            + " select id, 'bulk', 0, scheduled_at, 0, 1, scheduled_at from e";
    private static final String DEAD = "select sum(n_dead_tup)::bigint || ' dead rows in ' || pg_size_pretty(sum(pg_total_relation_size(relid)))"
            + " from pg_stat_user_tables";
    /** A fifth of the history is older. */
    private static final int RETENTION_DAYS = 20;

    private final Options options = new Options();
    private final List<String> lines = new ArrayList<>();
    private final Postgres postgres;
    private int ready = 1_000_000;
    private int probes = 400;
    private int phases;

    private Scale(Postgres postgres) {
        this.postgres = postgres;
        options.history = 5_000_000;
        options.warm = 60_000;
        options.seconds = 10;
    }

    public static void main(String... args) throws Exception {
        for (String arg : args) {
            if (arg.equals("--help")) {
                System.out.println(HELP);
                return;
            }
        }
        try (Postgres postgres = new Postgres()) {
            Scale scale = new Scale(postgres);
            for (int i = 0; i < args.length; i += 2) {
                switch (args[i]) {
                    case "--ready" -> scale.ready = Integer.parseInt(args[i + 1]);
                    case "--probes" -> scale.probes = Integer.parseInt(args[i + 1]);
                    default -> scale.options.set(args[i], args[i + 1]);
                }
            }
            scale.run(String.join(" ", args));
        }
    }

    private void run(String arguments) throws Exception {
        String head = "Command: src/bench/scale.sh " + arguments + "\n" + Meter.machine() + " before";
        String database = postgres.create("scale");
        Map<String, Double> empty;
        Map<String, Double> full;
        Map<String, Double> queued;
        try (Service service = new Service(options, postgres.url(database))) {
            load(service, options.warm, 0);
            new Probes(service.port).run(probes);
            postgres.sql(database, EMPTY);
            step("an empty database");
            empty = new Probes(service.port).run(probes);
            fill(database);
            step("behind the history");
            full = new Probes(service.port).run(probes);
            postgres.sql(database, String.format(Locale.ROOT, QUEUE, ready, ready));
            postgres.run("psql", database, List.of("-qX", "-c", "vacuum (analyze) execution", "-c", "vacuum (analyze) task"));
            step("behind the queue");
            queued = new Probes(service.port).run(probes);
            // What nobody serves is not what retention is measured with.
            postgres.sql(
                    database,
                    "delete from task where task_name = 'bulk'; delete from execution where task_name = 'bulk';"
                            + " insert into tally_delta (scheduled) values (-" + ready + ")");
            postgres.run("psql", database, List.of("-qX", "-c", "vacuum execution", "-c", "vacuum task"));
        }
        table(empty, full, queued);
        retention(database);
        String text = head + ", " + Meter.load() + " after. " + postgres.version() + "\n\n" + String.join("\n", lines) + "\n";
        System.out.println(text);
        if (options.out != null) {
            Files.writeString(Path.of(options.out), text);
        }
    }

    private void step(String what) {
        System.err.println(what);
    }

    private void fill(String database) throws Exception {
        step("filling in " + options.history + " executions");
        postgres.run(
                "psql", database, List.of("-qX", "-v", "executions=" + options.history, "-f", "src/bench/history.sql"));
    }

    private void table(Map<String, Double> empty, Map<String, Double> full, Map<String, Double> queued) {
        lines.add(String.format(
                Locale.ROOT,
                "| median ms of %d, one client | empty | %,d finished | × | and %,d ready of another name | × |",
                probes,
                options.history,
                ready));
        lines.add("| --- | --- | --- | --- | --- | --- |");
        empty.forEach((name, before) -> lines.add(String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.2f | %.2f | %.2f |",
                name,
                before,
                full.get(name),
                full.get(name) / before,
                queued.get(name),
                queued.get(name) / before)));
        full.forEach((name, millis) -> {
            if (!empty.containsKey(name)) {
                lines.add(String.format(
                        Locale.ROOT, "| %s | – | %.2f | – | %.2f | – |", name, millis, queued.get(name)));
            }
        });
    }

    /** A fifth of the history goes while the service works; the same process afterwards is what it is compared with. */
    private void retention(String database) throws Exception {
        options.retention = RETENTION_DAYS + "d";
        long old = old(database);
        String before = postgres.sql(database, DEAD);
        step("deleting " + old + " executions");
        long began = System.nanoTime();
        try (Service service = new Service(options, postgres.url(database))) {
            load(service, options.warm, 0);
            List<Double> during = new ArrayList<>();
            List<Double> p99 = new ArrayList<>();
            while (old(database) > 0) {
                Load.Result result = load(service, 0, options.seconds);
                if (old(database) > 0) {
                    during.add(result.rate());
                    p99.add(Load.Result.millis(result.nanos(), 99));
                }
            }
            double minutes = (System.nanoTime() - began) / 60e9;
            String right = postgres.sql(database, DEAD);
            List<Double> after = new ArrayList<>();
            List<Double> afterP99 = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Load.Result result = load(service, 0, options.seconds);
                after.add(result.rate());
                afterP99.add(Load.Result.millis(result.nanos(), 99));
            }
            lines.add("");
            lines.add(String.format(
                    Locale.ROOT,
                    "%,d old executions deleted in %.1f minutes: echo, start and wait, 64 clients %.0f/s meanwhile (median of %d phases, p99 %.1f ms),"
                            + " %.0f/s afterwards (p99 %.1f ms): %.2f. Tables: %s before, %s at the end, %s later.",
                    old,
                    minutes,
                    median(during),
                    during.size(),
                    median(p99),
                    median(after),
                    median(afterP99),
                    median(during) / median(after),
                    before,
                    right,
                    postgres.sql(database, DEAD)));
        }
    }

    private static double median(List<Double> values) {
        return values.isEmpty()
                ? Double.NaN
                : Report.median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private long old(String database) throws Exception {
        return postgres.number(
                database,
                "select count(*) from execution where status <> 'active' and completed_at < now() - interval '" + RETENTION_DAYS
                        + " days'");
    }

    private Load.Result load(Service service, int count, int seconds) throws Exception {
        String prefix = "s" + phases++ + "-" + Long.toString(System.nanoTime(), 36) + "-";
        Load.Result result = new Load(new int[] {service.port}, Scripts.startAndWait(prefix, "echo"))
                .run(options.clients, count, seconds);
        if (result.errors() > 0) {
            System.err.println("  " + result.errors() + " errors, the first: " + result.firstError());
        }
        return result;
    }
}
