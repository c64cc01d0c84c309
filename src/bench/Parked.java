import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Waits that are parked by the thousand: what each costs, and how long after the commit it is answered. */
final class Parked {

    private static final Pattern COMPLETED = Pattern.compile("\"completedAt\":\"([^\"]+)\"");

    private final Postgres postgres;
    private final String database;
    private final List<Service> services;

    Parked(Postgres postgres, String database, List<Service> services) {
        this.postgres = postgres;
        this.database = database;
        this.services = services;
    }

    /**
     * Waits at the last instance, events at the first: with two, each wake-up crosses over.
     *
     * @param wakes ends a second, 0 for as many as there can be
     */
    String run(int waits, int wakes, String prefix) throws Exception {
        Service waited = services.get(services.size() - 1);
        int[] waitPort = {waited.port};
        int[] eventPort = {services.get(0).port};
        AtomicInteger parked = new AtomicInteger();
        double[] wakeMillis = new double[waits];
        AtomicInteger woken = new AtomicInteger();
        Script inner = Scripts.parked(prefix);
        Script script = new Script() {
            @Override
            public Request request(int n, int step) {
                return inner.request(n, step);
            }

            /** Thousands of starts at once may be told to come again. */
            @Override
            public boolean again(int status) {
                return status == 503 || inner.again(status);
            }

            @Override
            public boolean expected(int n, int step, int status, String answer) {
                if (step == 0) {
                    parked.incrementAndGet();
                }
                Matcher completed = COMPLETED.matcher(answer);
                if (step == 1 && completed.find()) {
                    Duration after = Duration.between(Instant.parse(completed.group(1)), Instant.now());
                    wakeMillis[woken.getAndIncrement()] = after.toNanos() / 1e6;
                }
                return status < 300;
            }
        };
        List<Long> pids = services.stream().map(Service::pid).toList();
        double liveBefore = waited.liveHeap();
        double before = Meter.rss(pids);
        Load.Result[] result = new Load.Result[1];
        Thread waiting = new Thread(() -> {
            try {
                result[0] = new Load(waitPort, script).run(waits, waits, 0);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        waiting.start();
        while (parked.get() < waits && waiting.isAlive()) {
            Thread.sleep(50);
        }
        Thread.sleep(2_000);
        double each = (Meter.rss(pids) - before) * 1024 / waits;
        long commits = commits();
        Meter idle = new Meter(pids, postgres.pid());
        Thread.sleep(5_000);
        Meter.Reading quiet = idle.read();
        double idleCommits = (commits() - commits) / quiet.seconds();
        double live = (waited.liveHeap() - liveBefore) / 1024 / waits;
        // What this program has gathered is not to be cleared away while it measures.
        System.gc();
        Load.Result events = new Load(eventPort, Scripts.events(prefix), wakes).run(wakes == 0 ? 64 : 8, waits, 0);
        waiting.join();
        double[] sorted = Arrays.copyOf(wakeMillis, woken.get());
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "Parked: %d waits at once, %.1f KiB of live heap and %.1f KiB of resident memory each; while they wait %.1f commits a second in the whole database and %.3f CPU s"
                        + " a second of the service; events delivered at %.0f/s; from the commit of the end to the answer of the wait p50 %.2f, p99 %.2f,"
                        + " max %.2f ms; errors %d. Others %.0f %%.",
                waits,
                live,
                each,
                idleCommits,
                quiet.service() / quiet.seconds(),
                events.rate(),
                sorted[sorted.length / 2],
                sorted[(int) (sorted.length * 0.99)],
                sorted[sorted.length - 1],
                events.errors() + (result[0] == null ? 1 : result[0].errors()),
                quiet.others());
    }

    private long commits() throws Exception {
        return postgres.number(database, "select xact_commit from pg_stat_database where datname = current_database()");
    }
}
