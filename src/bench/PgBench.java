import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The same durable rows without a service: row by row, or a hundred executions at once. */
final class PgBench {

    private static final Pattern RATE = Pattern.compile("tps = ([\\d.]+) \\(without");

    private final Postgres postgres;
    private final String database;
    private int runs;

    PgBench(Postgres postgres, String database) throws Exception {
        this.postgres = postgres;
        this.database = database;
        postgres.run("psql", database, List.of("-qX", "-f", "src/bench/pgbench/schema.sql"));
    }

    /** Executions a second, and the median duration of one, in milliseconds. */
    record Result(double rate, double medianMillis, double p99Millis) {}

    Result run(String script, int clients, int seconds, int executionsEach) throws Exception {
        Path logs = Files.createTempDirectory("zart-bench-");
        try {
            String output = postgres.run(
                    "pgbench",
                    database,
                    List.of(
                            "-n",
                            "-M",
                            "prepared",
                            "-c",
                            Integer.toString(clients),
                            "-j",
                            Integer.toString(Math.min(2, clients)),
                            "-T",
                            Integer.toString(seconds),
                            "-f",
                            "src/bench/pgbench/" + script + ".sql",
                            "-l",
                            "--log-prefix",
                            logs + "/log",
                            "-D",
                            "n=0",
                            "-D",
                            "run=r" + ++runs,
                            "-D",
                            "payload=" + Scripts.PAYLOAD));
            Matcher matcher = RATE.matcher(output);
            if (!matcher.find()) {
                throw new IllegalStateException(output);
            }
            long[] nanos = nanos(logs);
            return new Result(
                    Double.parseDouble(matcher.group(1)) * executionsEach,
                    Load.Result.millis(nanos, 50),
                    Load.Result.millis(nanos, 99));
        } finally {
            try (Stream<Path> files = Files.list(logs)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(logs);
        }
    }

    private static long[] nanos(Path logs) throws Exception {
        List<Long> micros = new ArrayList<>();
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    micros.add(Long.valueOf(line.split(" ")[2]));
                }
            }
        }
        return micros.stream().mapToLong(each -> each * 1000).sorted().toArray();
    }
}
