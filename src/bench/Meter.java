import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** CPU and memory of the parties in a phase, read from /proc, and what the rest of the machine took meanwhile. */
final class Meter {

    private static final double TICKS = 100;
    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /**
     * What a phase took.
     *
     * @param service CPU seconds of the service, all instances
     * @param database of PostgreSQL
     * @param client of this program
     * @param others of everything else, in percent of all cores
     * @param rssMegabytes resident memory of the service at the end
     */
    record Reading(
            double seconds, double service, double database, double client, double others, double rssMegabytes) {}

    private final List<Long> services;
    private final long database;
    private final long since = System.nanoTime();
    private final double serviceBefore;
    private final double databaseBefore;
    private final double clientBefore;
    private final double busyBefore;

    Meter(List<Long> services, long database) throws IOException {
        this.services = services;
        this.database = database;
        serviceBefore = cpu(services);
        databaseBefore = cpu(List.of(database));
        clientBefore = own();
        busyBefore = busy();
    }

    Reading read() throws IOException {
        double seconds = (System.nanoTime() - since) / 1e9;
        double service = cpu(services) - serviceBefore;
        double pg = cpu(List.of(database)) - databaseBefore;
        double client = own() - clientBefore;
        double others = Math.max(0, busy() - busyBefore - service - pg - client) / (seconds * CORES) * 100;
        return new Reading(seconds, service, pg, client, others, rss(services));
    }

    private static Map<Long, String[]> processes() throws IOException {
        Map<Long, String[]> found = new HashMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : entries.filter(
                            path -> path.getFileName().toString().matches("\\d+"))
                    .toList()) {
                try {
                    String stat = Files.readString(entry.resolve("stat"));
                    found.put(
                            Long.valueOf(entry.getFileName().toString()),
                            stat.substring(stat.lastIndexOf(')') + 2).split(" "));
                } catch (IOException gone) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    /** Seconds of the processes, their descendants, and the children that those have seen end. */
    private static double cpu(List<Long> roots) throws IOException {
        Map<Long, String[]> all = processes();
        double ticks = 0;
        for (long pid : tree(roots, all)) {
            String[] stat = all.get(pid);
            ticks += Long.parseLong(stat[11])
                    + Long.parseLong(stat[12])
                    + Long.parseLong(stat[13])
                    + Long.parseLong(stat[14]);
        }
        return ticks / TICKS;
    }

    /** Seconds of this program without the children that it has started. */
    private static double own() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    private static Set<Long> tree(List<Long> roots, Map<Long, String[]> all) {
        Set<Long> tree = new HashSet<>(roots);
        tree.retainAll(all.keySet());
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Map.Entry<Long, String[]> each : all.entrySet()) {
                grown |= tree.contains(Long.valueOf(each.getValue()[1])) && tree.add(each.getKey());
            }
        }
        return tree;
    }

    private static double busy() throws IOException {
        String[] fields =
                Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
        double ticks = 0;
        for (int i = 1; i <= 8; i++) {
            ticks += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
        }
        return ticks / TICKS;
    }

    static double rss(List<Long> pids) throws IOException {
        double kilobytes = 0;
        for (long pid : pids) {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
        }
        return kilobytes / 1024;
    }

    /** The machine and its load, for the head of the report. */
    static String machine() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
        return CORES + " cores (" + model + "), Java " + Runtime.version() + ", load average " + load();
    }

    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
    }
}
