import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One request after the other, each kind by itself: the medians of what must not grow with the database. */
final class Probes {

    private static final String EXECUTIONS = "/api/v1/executions";
    private static final List<String> STATUSES = List.of("scheduled", "running", "completed", "failed", "cancelled");
    private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
    private static final Pattern CURSOR = Pattern.compile("\"nextCursor\":\"([^\"]+)\"");
    private static final int PAGES = 1_000;

    private final int[] port;
    private int ids;

    Probes(int port) {
        this.port = new int[] {port};
    }

    /** The median milliseconds of each, and how many requests failed. */
    Map<String, Double> run(int times) throws Exception {
        Map<String, Double> medians = new LinkedHashMap<>();
        String known = prefix();
        measured(new Load(port, Scripts.startAndWait(known, "five-steps")).run(1, 20, 0));
        medians.put("start", one(Scripts.starting(prefix(), "echo"), times));
        medians.put("start and wait", one(Scripts.startAndWait(prefix(), "echo"), times));
        medians.put("start, claim and complete by a worker", one(worker(prefix()), times));
        medians.put("get", one(get(n -> EXECUTIONS + "/" + known + n % 20), times));
        medians.put("wait, ended", one(get(n -> EXECUTIONS + "/" + known + n % 20 + "/wait?timeoutSecs=5"), times));
        medians.put("detail", one(get(n -> "/zart/admin/v1/executions/" + known + n % 20 + "/detail"), times));
        medians.put("stats", one(get(n -> "/api/v1/stats"), times));
        for (String list : lists()) {
            medians.put("list " + list, one(get(n -> EXECUTIONS + "?" + list), times / 4));
        }
        String deep = cursor();
        if (deep != null) {
            medians.put("list, page " + PAGES, one(get(n -> EXECUTIONS + "?limit=20&cursor=" + deep), times / 4));
        }
        return medians;
    }

    private static List<String> lists() {
        List<String> all = new ArrayList<>();
        for (String sort : List.of("scheduledAt", "status", "taskName")) {
            for (String order : List.of("desc", "asc")) {
                String by = "sortBy=" + sort + "&sortOrder=" + order;
                all.add(by);
                all.add(by + "&taskName=echo");
                STATUSES.forEach(status -> all.add(by + "&status=" + status));
            }
        }
        return all;
    }

    private String prefix() {
        return "p" + ids++ + "-" + Long.toString(System.nanoTime(), 36) + "-";
    }

    /** The cursor behind a thousand pages, null when there are fewer. */
    private String cursor() throws Exception {
        String[] next = {""};
        Script pages = new Script() {
            @Override
            public Request request(int n, int step) {
                return step > 0 || next[0] == null
                        ? null
                        : Request.get(EXECUTIONS + "?limit=20" + (next[0].isEmpty() ? "" : "&cursor=" + next[0]));
            }

            @Override
            public boolean expected(int n, int step, int status, String answer) {
                Matcher cursor = CURSOR.matcher(answer);
                next[0] = cursor.find() ? cursor.group(1) : null;
                return status == 200;
            }
        };
        for (int page = 1; page < PAGES && next[0] != null; page++) {
            measured(new Load(port, pages).run(1, 1, 0));
        }
        return next[0];
    }

    private interface Path {
        String of(int n);
    }

    private static Script get(Path path) {
        return (n, step) -> step > 0 ? null : Script.Request.get(path.of(n));
    }

    /** A task that only a remote worker serves: start, claim, complete. */
    static Script worker(String prefix) {
        return new Script() {
            private String token;

            @Override
            public Request request(int n, int step) {
                return switch (step) {
                    case 0 ->
                        Request.post(
                                EXECUTIONS,
                                "",
                                "{\"executionId\":\"" + prefix + n + "\",\"taskName\":\"fresh\",\"payload\":{}}");
                    case 1 ->
                        Request.post(
                                "/api/v1/worker/claim",
                                "",
                                "{\"workerId\":\"probe\",\"taskNames\":[\"fresh\"],\"maxTasks\":1,\"waitSecs\":5}");
                    case 2 ->
                        Request.post(
                                "/api/v1/worker/commands",
                                "",
                                "{\"workerId\":\"probe\",\"commands\":[{\"type\":\"complete\",\"executionId\":\"" + prefix + n
                                        + "\",\"token\":\"" + token + "\",\"result\":1}]}");
                    default -> null;
                };
            }

            @Override
            public boolean expected(int n, int step, int status, String answer) {
                Matcher found = TOKEN.matcher(answer);
                token = step == 1 && found.find() ? found.group(1) : token;
                return step == 2 ? answer.contains("\"ok\"") : status < 300;
            }
        };
    }

    private double one(Script script, int times) throws Exception {
        return measured(new Load(port, script).run(1, times, 0));
    }

    private static double measured(Load.Result result) {
        if (result.errors() > 0) {
            throw new IllegalStateException(result.errors() + " errors, the first: " + result.firstError());
        }
        return Load.Result.millis(result.nanos(), 50);
    }
}
