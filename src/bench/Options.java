import java.util.List;

/** What the command line says. */
final class Options {

    static final String HELP = """
            src/bench/run.sh [options]   (after: ./mvnw -q package -DskipTests)
              --workloads LIST  of echo five-steps start wait-1 wait-64 wait-256 approval parallel parked reads overload
                                flood (default: all but the last two)
              --rounds N        rounds, interleaved with pgbench (3)
              --seconds N       length of a phase (8)
              --warm N          executions of each workload before the first phase, to warm the service (150000)
              --clients N       connections of the throughput workloads (64)
              --crowd N         connections of overload, which start and wait, and of flood, which only start (4096)
              --instances N     instances of the service, loaded in turn (1)
              --parked N        waits parked at once (2000)
              --wakes N         parked executions that end a second; 0: as many as there can be (500)
              --history N       finished executions in the database before the service starts (0)
              --native FILE     the native binary instead of the jar
              --java-options S  of the service's JVM (-Xmx1g -XX:+UseSerialGC)
              --counted N       executions whose rows, commits and WAL are counted at the end, 0 for none (5000)
              --out FILE        also writes the report there""";

    List<String> workloads = List.of(
            "echo", "five-steps", "start", "wait-1", "wait-64", "wait-256", "approval", "parallel", "parked", "reads");
    int rounds = 3;
    int seconds = 8;
    int warm = 150_000;
    int clients = 64;
    int crowd = 4_096;
    int instances = 1;
    int parked = 2_000;
    int counted = 5_000;
    int history = 0;
    String binary;
    /** On two cores the collector without threads of its own leaves more of them to the work. */
    String javaOptions = "-Xmx1g -XX:+UseSerialGC";
    /** Of finished executions, as the service takes it. */
    String retention = "off";
    /** Events a second that end the parked executions; 0 for as many as there can be. */
    int wakes = 500;
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
            case "--crowd" -> crowd = Integer.parseInt(value);
            case "--instances" -> instances = Integer.parseInt(value);
            case "--wakes" -> wakes = Integer.parseInt(value);
            case "--counted" -> counted = Integer.parseInt(value);
            case "--parked" -> parked = Integer.parseInt(value);
            case "--history" -> history = Integer.parseInt(value);
            case "--native" -> binary = value;
            case "--java-options" -> javaOptions = value;
            case "--out" -> out = value;
            default -> throw new IllegalArgumentException("unknown option " + name + "\n" + HELP);
        }
    }
}
