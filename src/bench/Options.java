import java.util.List;

/** What the command line says. */
final class Options {

    static final String HELP = """
            src/bench/run.sh [options]   (after: ./mvnw -q package -DskipTests)
              --workloads LIST  of echo five-steps start wait-1 wait-64 wait-256 approval parallel parked reads overload
                                (default: all but overload)
              --rounds N        rounds, interleaved with pgbench (3)
              --seconds N       length of a phase (8)
              --warm N          executions of each workload before the first phase, to warm the service (20000)
              --clients N       connections of the throughput workloads (64)
              --instances N     instances of the service, loaded in turn (1)
              --parked N        waits parked at once (2000)
              --history N       finished executions in the database before the service starts (0)
              --native FILE     the native binary instead of the jar
              --java-options S  of the service's JVM (-Xmx1g)
              --out FILE        also writes the report there""";

    List<String> workloads = List.of(
            "echo", "five-steps", "start", "wait-1", "wait-64", "wait-256", "approval", "parallel", "parked", "reads");
    int rounds = 3;
    int seconds = 8;
    int warm = 20_000;
    int clients = 64;
    int instances = 1;
    int parked = 2_000;
    int history = 0;
    String binary;
    String javaOptions = "-Xmx1g";
    String out;
    /** Whether the service itself runs the executions. */
    boolean samples = true;

    static Options of(String... args) {
        Options options = new Options();
        for (int i = 0; i < args.length; i += 2) {
            if (args[i].equals("--help") || i + 1 == args.length) {
                System.out.println(HELP);
                System.exit(args[i].equals("--help") ? 0 : 2);
            }
            options.set(args[i], args[i + 1]);
        }
        return options;
    }

    void set(String name, String value) {
        switch (name) {
            case "--workloads" -> workloads = List.of(value.split("[ ,]+"));
            case "--rounds" -> rounds = Integer.parseInt(value);
            case "--seconds" -> seconds = Integer.parseInt(value);
            case "--warm" -> warm = Integer.parseInt(value);
            case "--clients" -> clients = Integer.parseInt(value);
            case "--instances" -> instances = Integer.parseInt(value);
            case "--parked" -> parked = Integer.parseInt(value);
            case "--history" -> history = Integer.parseInt(value);
            case "--native" -> binary = value;
            case "--java-options" -> javaOptions = value;
            case "--out" -> out = value;
            default -> throw new IllegalArgumentException("unknown option " + name + "\n" + HELP);
        }
    }
}
