import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Loads the packaged service, interleaved round by round with pgbench doing the same durable rows on the same server. Only ratios of one
 * run mean something.
 */
public final class Bench {

    private static final List<String> COMPARED = List.of("echo", "five-steps");

    private final Options options;
    private final Postgres postgres;
    private final Report report = new Report();
    /** Executions a second of pgbench row by row in this round, and its median duration with one client. */
    private final Map<String, PgBench.Result> rowByRow = new HashMap<>();

    private String database;
    private List<Service> services = new ArrayList<>();
    private int[] ports;
    private int ids;

    private Bench(Options options, Postgres postgres) {
        this.options = options;
        this.postgres = postgres;
    }

    public static void main(String... args) throws Exception {
        Options options = Options.of(args);
        try (Postgres postgres = new Postgres()) {
            new Bench(options, postgres).run(args);
        }
    }

    private void run(String... args) throws Exception {
        String head = Meter.machine();
        for (int round = 0; round < options.rounds; round++) {
            System.err.println("round " + (round + 1) + " of " + options.rounds);
            // First, for the service's ratios are to what pgbench reached in the same round.
            pgbench(round);
            service(round);
        }
        String text = "Command: src/bench/run.sh " + String.join(" ", args) + "\n" + head + " before, " + Meter.load()
                + " after. " + postgres.version() + ".\n" + options.rounds + " rounds, phases of " + options.seconds
                + " s, " + options.instances + " instance(s) of "
                + (options.binary == null ? "the jar" : "the native binary")
                + ", " + options.history + " finished executions before.\n\n" + report.text();
        System.out.println(text);
        if (options.out != null) {
            Files.writeString(Path.of(options.out), text);
        }
    }

    private void pgbench(int round) throws Exception {
        String name = postgres.create("pgbench_" + round);
        PgBench bench = new PgBench(postgres, name);
        for (String workload : COMPARED) {
            if (options.workloads.contains(workload)) {
                bench.run("single-" + workload, options.clients, 1, 1);
                PgBench.Result single = bench.run("single-" + workload, options.clients, options.seconds, 1);
                rowByRow.put(workload, single);
                report.add(workload + ", pgbench row by row, " + options.clients + " clients", sample(single, 1));
                PgBench.Result batched = bench.run("batched-" + workload, 4, options.seconds, 100);
                report.add(
                        workload + ", pgbench by the hundred, 4 clients",
                        sample(batched, batched.rate() / single.rate()));
            }
        }
        PgBench.Result idle = bench.run("single-echo", 1, Math.max(2, options.seconds / 2), 1);
        rowByRow.put("idle", idle);
        report.add("echo, pgbench row by row, 1 client", sample(idle, Double.NaN));
        postgres.drop(name);
    }

    private static Report.Sample sample(PgBench.Result result, double ratio) {
        return new Report.Sample(result.rate(), result.medianMillis(), result.p99Millis(), ratio, null, 0, "");
    }

    private void service(int round) throws Exception {
        database = postgres.create("zart_" + round);
        try {
            start();
            warm();
            for (String workload : options.workloads) {
                workload(workload);
            }
            if (round == options.rounds - 1 && options.counted > 0) {
                counts();
            }
        } finally {
            for (Service each : services) {
                each.close();
            }
            services.clear();
            postgres.drop(database);
        }
    }

    private void start() throws Exception {
        for (int i = 0; i < options.instances; i++) {
            services.add(new Service(options, postgres.url(database)));
            if (i == 0 && options.history > 0) {
                postgres.run(
                        "psql",
                        database,
                        List.of("-qX", "-v", "executions=" + options.history, "-f", "src/bench/history.sql"));
            }
        }
        ports = services.stream().mapToInt(each -> each.port).toArray();
    }

    private void warm() throws Exception {
        if (options.workloads.contains("approval")) {
            checked(new Load(ports, Scripts.approval(prefix())).run(options.clients, options.warm / 8, 0));
        }
        for (String task : List.of("echo", "five-steps", "parallel")) {
            int count = options.warm / (task.equals("echo") ? 1 : 4);
            checked(new Load(ports, Scripts.startAndWait(prefix(), task)).run(options.clients, count, 0));
        }
    }

    private String prefix() {
        return "b" + ids++ + "-";
    }

    private void workload(String workload) throws Exception {
        switch (workload) {
            case "echo", "five-steps" -> endToEnd(workload);
            case "start" ->
                closedLoop("echo, start only", Scripts.starting(prefix(), "echo"), options.clients, Double.NaN);
            case "wait-1", "wait-64", "wait-256" -> {
                int clients = Integer.parseInt(workload.substring(5));
                closedLoop(
                        "echo, start and wait in one request",
                        Scripts.startAndWait(prefix(), "echo"),
                        clients,
                        idle(clients));
                closedLoop(
                        "five-steps, start and wait in one request",
                        Scripts.startAndWait(prefix(), "five-steps"),
                        clients,
                        Double.NaN);
            }
            case "approval" ->
                closedLoop("approval: start, event, wait", Scripts.approval(prefix()), options.clients, Double.NaN);
            case "parallel" ->
                closedLoop(
                        "parallel, start and wait",
                        Scripts.startAndWait(prefix(), "parallel"),
                        options.clients,
                        Double.NaN);
            case "parked" -> {
                checked(new Load(ports, Scripts.approval(prefix())).run(options.clients, options.warm / 4, 0));
                String line = new Parked(postgres, database, services).run(options.parked, options.wakes, prefix());
                System.err.println("  " + line);
                report.line(line);
            }
            case "reads" -> {
                String prefix = prefix();
                checked(new Load(ports, Scripts.startAndWait(prefix, "five-steps")).run(16, 200, 0));
                checked(new Load(ports, Scripts.reads(prefix, 200)).run(16, options.warm / 20, 0));
                closedLoop("get, list and stats", Scripts.reads(prefix, 200), 16, Double.NaN);
            }
            case "overload" ->
                closedLoop(
                        "echo, start and wait, overload",
                        Scripts.startAndWait(prefix(), "echo"),
                        options.crowd,
                        Double.NaN);
            case "flood" ->
                closedLoop("echo, start only, flood", Scripts.starting(prefix(), "echo"), options.crowd, Double.NaN);
            default -> throw new IllegalArgumentException("unknown workload " + workload);
        }
    }

    private double idle(int clients) {
        PgBench.Result idle = rowByRow.get("idle");
        return clients == 1 && idle != null ? idle.medianMillis() : Double.NaN;
    }

    /** From the first start until the last execution has ended. */
    private void endToEnd(String task) throws Exception {
        Meter meter = new Meter(pids(), postgres.pid());
        Load.Result starts =
                checked(new Load(ports, Scripts.starting(prefix(), task)).run(options.clients, 0, options.seconds));
        while (services.get(0).active() > 0) {
            Thread.sleep(5);
        }
        Meter.Reading reading = meter.read();
        double rate = starts.count() / reading.seconds();
        PgBench.Result single = rowByRow.get(task);
        report.add(
                task + ", service, start to end, " + options.clients + " clients",
                new Report.Sample(
                        rate,
                        Load.Result.millis(starts.nanos(), 50),
                        Load.Result.millis(starts.nanos(), 99),
                        single == null ? Double.NaN : rate / single.rate(),
                        reading,
                        starts.count(),
                        "latency of the start"));
    }

    private void closedLoop(String name, Script script, int clients, double bareMillis) throws Exception {
        Meter meter = new Meter(pids(), postgres.pid());
        Load.Result result = checked(new Load(ports, script).run(clients, 0, options.seconds));
        Meter.Reading reading = meter.read();
        double p50 = Load.Result.millis(result.nanos(), 50);
        String note = Double.isNaN(bareMillis)
                ? ""
                : String.format(Locale.ROOT, "%.2f × the two bare commits", p50 / bareMillis);
        if (result.refused() > 0) {
            note += String.format(
                    Locale.ROOT,
                    "%d answers 503, p99 %.1f ms",
                    result.refused(),
                    Load.Result.millis(result.refusedNanos(), 99));
        }
        report.add(
                name + ", " + clients + " clients",
                new Report.Sample(
                        result.rate(),
                        p50,
                        Load.Result.millis(result.nanos(), 99),
                        Double.NaN,
                        reading,
                        result.count(),
                        note));
    }

    private static Load.Result checked(Load.Result result) {
        if (result.errors() > 0) {
            System.err.println("  " + result.errors() + " errors, the first: " + result.firstError());
        }
        return result;
    }

    private List<Long> pids() {
        return services.stream().map(Service::pid).toList();
    }

    /** Rows and commits of an execution, by PostgreSQL's own counters, which lag by up to ten seconds. */
    private void counts() throws Exception {
        int executions = options.counted;
        for (String task : List.of("echo", "five-steps", "parallel")) {
            Thread.sleep(11_000);
            long[] before = counters();
            checked(new Load(ports, Scripts.startAndWait(prefix(), task)).run(options.clients, executions, 0));
            Thread.sleep(11_000);
            long[] after = counters();
            report.line(String.format(
                    Locale.ROOT,
                    "%s at %d clients: %.2f rows written, %.3f commits, %.0f bytes of WAL an execution.",
                    task,
                    options.clients,
                    (double) (after[0] - before[0]) / executions,
                    (double) (after[1] - before[1]) / executions,
                    (double) (after[2] - before[2]) / executions));
        }
    }

    private long[] counters() throws Exception {
        String[] fields = postgres.sql(
                        database,
                        "select tup_inserted + tup_updated + tup_deleted, xact_commit, pg_current_wal_lsn() - '0/0'"
                                + " from pg_stat_database where datname = current_database()")
                .split("\\|");
        return new long[] {Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])};
    }
}
