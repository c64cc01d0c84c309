import java.util.List;

/** The requests of each workload. */
final class Scripts {

    /** 150 bytes. */
    static final String PAYLOAD =
            "{\"customer\":\"c-000042\",\"items\":[{\"sku\":\"A-100\",\"qty\":2},{\"sku\":\"B-7\",\"qty\":1}],\"note\":\""
                    + "x".repeat(61) + "\"}";

    private static final String EXECUTIONS = "/api/v1/executions";
    private static final List<String> READS = List.of(
            EXECUTIONS,
            "/api/v1/stats",
            EXECUTIONS + "?status=completed&limit=50",
            EXECUTIONS + "?taskName=five&sortBy=taskName",
            EXECUTIONS + "?status=failed&sortBy=status&sortOrder=asc");

    private Scripts() {}

    private static Script.Request start(String id, String task, String headers) {
        String payload = task.equals("approval") ? "{}" : PAYLOAD;
        return Script.Request.post(
                EXECUTIONS,
                headers,
                "{\"executionId\":\"" + id + "\",\"taskName\":\"" + task + "\",\"payload\":" + payload + "}");
    }

    static Script.Request awaiting(String id) {
        return Script.Request.get(EXECUTIONS + "/" + id + "/wait?timeoutSecs=55");
    }

    static Script.Request approve(String id) {
        return Script.Request.post("/api/v1/events/" + id + "/approval", "", "{\"by\":\"bench\"}");
    }

    /** Starts and does not wait. */
    static Script starting(String prefix, String task) {
        return (n, step) -> step > 0 ? null : start(prefix + n, task, "");
    }

    /** One request that starts an execution and is answered when it has ended. */
    static Script startAndWait(String prefix, String task) {
        return new Script() {
            @Override
            public Request request(int n, int step) {
                return step > 0 ? null : start(prefix + n, task, "Prefer: wait=30\r\n");
            }

            @Override
            public boolean expected(int n, int step, int status, String answer) {
                return status == 201 && answer.contains("\"completed\"");
            }
        };
    }

    /** Start, event, wait: three requests. */
    static Script approval(String prefix) {
        return (n, step) -> switch (step) {
            case 0 -> start(prefix + n, "approval", "");
            case 1 -> approve(prefix + n);
            case 2 -> awaiting(prefix + n);
            default -> null;
        };
    }

    /** Start, and wait at another request, for events that come later. */
    static Script parked(String prefix) {
        return (n, step) -> switch (step) {
            case 0 -> start(prefix + n, "approval", "");
            case 1 -> awaiting(prefix + n);
            default -> null;
        };
    }

    static Script events(String prefix) {
        return (n, step) -> step > 0 ? null : approve(prefix + n);
    }

    /** Lists, counts, and records that exist. */
    static Script reads(String prefix, int known) {
        return (n, step) -> step > 0
                ? null
                : Script.Request.get(
                        n % 2 == 0 ? EXECUTIONS + "/" + prefix + n % known : READS.get(n / 2 % READS.size()));
    }
}
