package io.zart.server.model;

import io.zart.server.model.View.Step;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One execution as it must be, told without a database, a lock or a clock: what is due is said by whoever moves the time. The
 * methods answer what the store must answer. Not thread-safe.
 */
final class Model {

    /** An event that no wait has taken. */
    record Event(String name, String payload) {}

    private record Past(View.Run run, Map<String, Step> steps) {}

    private final List<Past> past = new ArrayList<>();
    private final Set<String> keys = new HashSet<>();
    final List<Event> events = new ArrayList<>();
    /** Of the current run, by name: names ascend in the order of the code. */
    final Map<String, Step> steps = new TreeMap<>();

    String status = "scheduled";
    int runIndex;
    String payload;
    private String trigger = "initial";
    private String result;
    private String error;
    private String waiting;
    private final Set<String> waitEvents = new HashSet<>();
    /** The fencing token: it only grows. */
    long token;

    boolean held;
    boolean due;
    int eventCount;
    private int idleClaims;
    private boolean progress;

    /** @param eager whether whoever starts it holds it from the first moment */
    Model(String payload, boolean eager) {
        this.payload = payload;
        if (eager) {
            status = "running";
            token = 1;
            held = true;
        } else {
            due = true;
        }
    }

    boolean active() {
        return status.equals("scheduled") || status.equals("running");
    }

    boolean live(long lease) {
        return active() && held && lease == token;
    }

    /** Another instance takes it up; gives the number of idle claims that it must say. */
    int claim() {
        status = "running";
        token++;
        held = true;
        due = false;
        waiting = null;
        waitEvents.clear();
        idleClaims = idleClaims > 0 && progress ? 1 : idleClaims + 1;
        progress = false;
        return idleClaims;
    }

    /** The lease or the sleep is over, by the clock. */
    void timeUp() {
        due = true;
        waitEvents.clear();
    }

    void renewed() {
        due = false;
    }

    void released() {
        held = false;
        due = true;
        idleClaims = Math.max(idleClaims - 1, 0);
    }

    /** @param opens the wait that begins, null for none */
    void parked(String kind, String event, String opens, boolean dueAtOnce) {
        held = false;
        due = dueAtOnce;
        waiting = kind;
        idleClaims = 0;
        if (event != null && !dueAtOnce) {
            waitEvents.add(event);
        }
        if (opens != null) {
            steps.putIfAbsent(opens, new Step(opens, kindOf(opens), "scheduled", 0, null, List.of()));
        }
    }

    /** Whether it is recorded now; false if it had an outcome before. */
    boolean recorded(String name, boolean dead, String value) {
        Step known = steps.get(name);
        if (known != null && known.ended()) {
            return false;
        }
        List<String> tries = tried(known, dead ? "failed" : "completed");
        int failures = failuresAfter(known, name, dead);
        steps.put(
                name, new Step(name, kindOf(name), dead ? "dead" : "completed", failures, dead ? null : value, tries));
        progress = true;
        return true;
    }

    private static int failuresAfter(Step known, String name, boolean dead) {
        int before = known == null || !kindOf(name).equals("step") ? 0 : known.failures();
        return dead ? before + 1 : before;
    }

    void failedAttempt(String name) {
        Step known = steps.get(name);
        int failures = known == null ? 1 : known.failures() + 1;
        steps.put(name, new Step(name, kindOf(name), "scheduled", failures, null, tried(known, "failed")));
        progress = true;
    }

    private static List<String> tried(Step known, String how) {
        List<String> tries = new ArrayList<>(known == null ? List.of() : known.tries());
        tries.add(how);
        return List.copyOf(tries);
    }

    void ended(String how, String value, String message) {
        status = how;
        result = value;
        error = message;
        idle();
    }

    private void idle() {
        held = false;
        due = false;
        waiting = null;
        waitEvents.clear();
        eventCount = 0;
        idleClaims = 0;
        progress = false;
    }

    /** What a delivery is answered with, null when it is refused. */
    String delivered(String name, String value, String key) {
        if (!active()) {
            return null;
        }
        if (key != null && !keys.add(runIndex + ":" + key)) {
            return "DUPLICATE";
        }
        events.add(new Event(name, value));
        eventCount++;
        if (waitEvents.remove(name)) {
            due = true;
            return "DELIVERED";
        }
        return "BUFFERED";
    }

    /** The failed run goes on at that dead step. */
    void retried(String name) {
        Step dead = steps.get(name);
        steps.put(name, new Step(name, dead.kind(), "scheduled", 0, null, dead.tries()));
        status = "running";
        result = null;
        error = null;
        token++;
        idle();
        due = true;
    }

    /** @param carried names of the completed steps that keep their result */
    void newRun(String how, String newPayload, Collection<String> carried) {
        past.add(new Past(
                new View.Run(runIndex, trigger, active() ? "cancelled" : status, result), new LinkedHashMap<>(steps)));
        steps.keySet().retainAll(carried);
        runIndex++;
        trigger = how;
        payload = newPayload;
        status = "scheduled";
        result = null;
        error = null;
        token++;
        idle();
        due = true;
    }

    static String kindOf(String name) {
        return switch (name.charAt(0)) {
            case 'n' -> "sleep";
            case 'e' -> "waitforevent";
            default -> "step";
        };
    }

    View view() {
        List<View.Run> runs = new ArrayList<>();
        List<List<Step>> all = new ArrayList<>();
        past.forEach(each -> {
            runs.add(each.run());
            all.add(List.copyOf(each.steps().values()));
        });
        runs.add(new View.Run(runIndex, trigger, status, result));
        all.add(List.copyOf(steps.values()));
        return new View(
                status,
                runIndex,
                payload,
                result,
                error,
                waiting,
                runs,
                all,
                events.stream()
                        .map(event -> event.name() + "=" + event.payload())
                        .toList());
    }
}
