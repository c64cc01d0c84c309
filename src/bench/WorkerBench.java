import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Loads the packaged service with executions that handlers inside of it run, and, beside it, the same service with executions that one
 * process of remote workers runs. Each has a database of its own on one server; the rounds are interleaved. Only ratios of one run mean
 * something.
 */
public final class WorkerBench {

    private static final List<String> TASKS = List.of("echo", "five-steps");

    /** PostgreSQL hands the counts of a connection in after ten seconds at the latest. */
    private static final long COUNTS_LAG_MILLIS = 10_500;

    private static final String HELP = """
            src/bench/workers.sh [options]   (after: ./mvnw -q package -DskipTests)
              --through LIST    of in-process python typescript java (all)
              --rounds N        interleaved (3)
              --seconds N       length of a phase (3)
              --warm N          executions of echo before the first phase, a quarter as many of five-steps (4000)
              --counted N       executions whose statements and commits are counted (2000)
              --clients N       connections (64)
              --out FILE        also writes the report there, in Markdown""";

    private final Options options = new Options();
    private final Postgres postgres;
    private final Map<String, Target> targets = new LinkedHashMap<>();
    private final Map<String, List<Phase>> phases = new LinkedHashMap<>();
    private final Map<String, double[]> counts = new LinkedHashMap<>();
    private List<String> through = List.of("in-process", "python", "typescript", "java");
    private int counted = 2_000;
    private int ids;

    private WorkerBench(Postgres postgres) {
        this.postgres = postgres;
        options.seconds = 3;
        options.warm = 4_000;
    }

    /** A service with who runs its executions; without a worker it is itself. */
    private record Target(String name, String database, Service service, Process worker) {

        private List<Long> pids() {
            return worker == null ? List.of() : List.of(worker.pid());
        }
    }

    private record Phase(double rate, double p50, double p99, Meter.Reading meter, double worker, int count) {}

    public static void main(String... args) throws Exception {
        long begin = System.nanoTime();
        try (Postgres postgres = new Postgres("pg_stat_statements")) {
            WorkerBench bench = new WorkerBench(postgres);
            bench.read(args);
            bench.run("src/bench/workers.sh " + String.join(" ", args), begin);
        }
    }

    private void read(String... args) {
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--help") || i + 1 == args.length) {
                System.out.println(HELP);
                System.exit(args[i].equals("--help") ? 0 : 2);
            }
            switch (args[i]) {
                case "--through" -> through = List.of(args[i + 1].split("[ ,]+"));
                case "--counted" -> counted = Integer.parseInt(args[i + 1]);
                case "--rounds", "--seconds", "--warm", "--clients", "--out" -> options.set(args[i], args[i + 1]);
                default -> throw new IllegalArgumentException("unknown option " + args[i] + "\n" + HELP);
            }
        }
    }

    private void run(String command, long begin) throws Exception {
        String head = Meter.machine();
        try {
            for (String name : through) {
                targets.put(name, start(name));
            }
            for (Target target : targets.values()) {
                load(target, "echo", options.warm, 0);
                load(target, "five-steps", options.warm / 4, 0);
            }
            for (int round = 0; round < options.rounds; round++) {
                System.err.println("round " + (round + 1) + " of " + options.rounds);
                for (String task : TASKS) {
                    for (Target target : targets.values()) {
                        phases.computeIfAbsent(key(task, target), absent -> new ArrayList<>())
                                .add(phase(target, task));
                    }
                }
            }
            count();
        } finally {
            for (Target target : targets.values()) {
                if (target.worker() != null) {
                    target.worker().destroy();
                    target.worker().waitFor();
                }
                target.service().close();
            }
        }
        String text = String.format(
                Locale.ROOT,
                "Command: %s%n%s before, %s after. %s.%n%d rounds, phases of %d s, %d clients that start and wait; %.0f s in all.%n%n%s",
                command.strip(),
                head,
                Meter.load(),
                postgres.version(),
                options.rounds,
                options.seconds,
                options.clients,
                (System.nanoTime() - begin) / 1e9,
                table());
        System.out.println(text);
        if (options.out != null) {
            Files.writeString(Path.of(options.out), text);
        }
    }

    private static String key(String task, Target target) {
        return task + " " + target.name();
    }

    private Target start(String name) throws Exception {
        String database = postgres.create("zart_" + name);
        options.samples = name.equals("in-process");
        Service service = new Service(options, postgres.url(database));
        Process worker = switch (name) {
            case "in-process" -> null;
            case "python" -> worker(service, "src/clients/python", "python3", "samples.py");
            case "typescript" -> worker(service, "src/clients/typescript", "node", "samples.js");
            case "java" ->
                worker(
                        service,
                        ".",
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx256m",
                        "-cp",
                        "target/bench:target/quarkus-app/lib/main/*",
                        "JavaSamples");
            default -> throw new IllegalArgumentException("unknown kind of worker " + name);
        };
        return new Target(name, database, service, worker);
    }

    private static Process worker(Service service, String folder, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File(folder))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File("target/bench/worker.log").getAbsoluteFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("ZART_"));
        builder.environment().put("ZART_URL", "http://127.0.0.1:" + service.port);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        return builder.start();
    }

    /** So many executions, or as many as go into so many seconds. */
    private Load.Result load(Target target, String task, int count, int seconds) throws Exception {
        Script script = Scripts.startAndWait("b" + ids++ + "-", task);
        Load.Result result =
                new Load(new int[] {target.service().port}, script).run(options.clients, count, seconds);
        if (result.errors() > 0) {
            System.err.println("  " + target.name() + ", " + task + ": " + result.errors() + " errors, the first: "
                    + result.firstError());
        }
        return result;
    }

    private Phase phase(Target target, String task) throws Exception {
        Meter worker = new Meter(target.pids(), postgres.pid());
        Meter service = new Meter(List.of(target.service().pid()), postgres.pid());
        Load.Result result = load(target, task, 0, options.seconds);
        return new Phase(
                result.rate(),
                Load.Result.millis(result.nanos(), 50),
                Load.Result.millis(result.nanos(), 99),
                service.read(),
                worker.read().service(),
                result.count());
    }

    /** All targets before each wait for PostgreSQL's counters, so that there are few waits. */
    private void count() throws Exception {
        System.err.println("counting statements and commits");
        Thread.sleep(COUNTS_LAG_MILLIS);
        for (String task : TASKS) {
            Map<String, long[]> before = new LinkedHashMap<>();
            long begin = System.nanoTime();
            for (Target target : targets.values()) {
                long[] counters = {statements(target), commits(target)};
                load(target, task, counted, 0);
                before.put(target.name(), new long[] {statements(target) - counters[0], counters[1]});
            }
            Thread.sleep(COUNTS_LAG_MILLIS);
            for (Target target : targets.values()) {
                long[] counters = before.get(target.name());
                counts.put(
                        key(task, target),
                        new double[] {
                            (double) counters[0] / counted, (double) (commits(target) - counters[1]) / counted
                        });
            }
            System.err.printf(Locale.ROOT, "  %s: %.0f s%n", task, (System.nanoTime() - begin) / 1e9);
        }
    }

    private long statements(Target target) throws Exception {
        return postgres.number(
                "postgres",
                "select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_database d on d.oid = s.dbid"
                        + " where datname = '" + target.database() + "'");
    }

    private long commits(Target target) throws Exception {
        return postgres.number(
                "postgres", "select xact_commit from pg_stat_database where datname = '" + target.database() + "'");
    }

    private String table() {
        StringBuilder text = new StringBuilder("""
                | task, run by | executions/s min | median | max | of the first | p50 ms | p99 ms | CPU s per 1,000: service | PostgreSQL | worker | statements an execution | commits | others, % of CPU |
                | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
                """);
        for (String task : TASKS) {
            double first = Double.NaN;
            for (Target target : targets.values()) {
                List<Phase> all = phases.get(key(task, target));
                double[] rates = all.stream().mapToDouble(Phase::rate).sorted().toArray();
                first = Double.isNaN(first) ? Report.median(rates) : first;
                double[] counted = counts.get(key(task, target));
                text.append(String.format(
                        Locale.ROOT,
                        "| %s, %s | %.0f | %.0f | %.0f | %.2f | %.1f | %.1f | %.3f | %.3f | %s | %.3f | %.3f | %.0f |%n",
                        task,
                        target.worker() == null ? "in process" : target.name() + " worker",
                        rates[0],
                        Report.median(rates),
                        rates[rates.length - 1],
                        Report.median(rates) / first,
                        median(all, Phase::p50),
                        median(all, Phase::p99),
                        median(all, p -> p.meter().service() * 1000 / p.count()),
                        median(all, p -> p.meter().database() * 1000 / p.count()),
                        target.worker() == null
                                ? "–"
                                : String.format(Locale.ROOT, "%.3f", median(all, p -> p.worker() * 1000 / p.count())),
                        counted[0],
                        counted[1],
                        all.stream().mapToDouble(WorkerBench::others).max().orElse(0)));
            }
        }
        return text.toString();
    }

    /** Of all cores, without this worker. */
    private static double others(Phase phase) {
        int cores = Runtime.getRuntime().availableProcessors();
        return Math.max(0, phase.meter().others() - phase.worker() / (phase.meter().seconds() * cores) * 100);
    }

    private interface Field {
        double of(Phase phase);
    }

    private static double median(List<Phase> all, Field field) {
        return Report.median(all.stream().mapToDouble(field::of).toArray());
    }
}
