package io.zart.server.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What instances do with their leases, those that they have lost among them. */
final class HolderMoves {

    private static final List<String> STEPS = List.of("s1", "s2", "s3");
    private static final List<String> WAITS = List.of("n1", "e1", "e2");
    private static final long HOUR = 3_600_000;

    private final Twin twin;
    private final Random random;

    HolderMoves(Twin twin, Random random) {
        this.twin = twin;
        this.random = random;
    }

    void claim() {
        int limit = 1 + random.nextInt(2);
        List<ClaimedTask> tasks = RealStore.await(
                        twin.store.journal.claim("holder", List.of(Twin.TASK), limit, RealStore.LEASE))
                .tasks();
        long due = twin.models.values().stream().filter(model -> model.due).count();
        twin.same("claim up to " + limit, Math.min(limit, due), (long) tasks.size());
        tasks.forEach(this::claimed);
    }

    private void claimed(ClaimedTask task) {
        String id = task.lease().executionId();
        Model model = twin.models.get(id);
        assertThat(model.due).as("%s was due", id).isTrue();
        int idle = model.claim();
        twin.same("it is", new Lease(id, model.runIndex, model.token), task.lease());
        assertThat(task.idleClaims()).as("idle claims of " + id).isEqualTo(idle);
        assertThat(task.eventCount()).as("events ever of " + id).isEqualTo(model.eventCount);
        assertThat(task.events().stream()
                        .map(event -> event.name() + "=" + event.payload().text())
                        .toList())
                .as("events of " + id)
                .isEqualTo(model.view().events());
        TreeMap<String, String> recorded = new TreeMap<>();
        task.steps().forEach(step -> recorded.put(step.name(), shown(step)));
        TreeMap<String, String> expected = new TreeMap<>();
        model.steps
                .values()
                .forEach(step -> expected.put(step.name(), (step.ended() ? step.status() : "open") + step.result()));
        assertThat(recorded).as("steps of " + id).isEqualTo(expected);
        twin.leases.add(task.lease());
    }

    private static String shown(RecordedStep step) {
        boolean ended = step.status().equals("completed") || step.status().equals("dead");
        return (ended ? step.status() : "open")
                + (step.result() == null ? null : step.result().text());
    }

    void record() {
        Lease lease = twin.lease(random);
        if (lease == null) {
            return;
        }
        String name = random.nextInt(3) > 0 ? any(STEPS) : any(WAITS);
        boolean dead = random.nextInt(4) == 0;
        Model model = twin.models.get(lease.executionId());
        boolean wait = !Model.kindOf(name).equals("step");
        Long event = dead || !name.startsWith("e") ? null : twin.store.oldestEvent(lease.executionId(), name);
        if (name.startsWith("e") && !dead && event == null) {
            return;
        }
        String value = event == null ? Integer.toString(random.nextInt(100)) : payload(model, name);
        View.Step known = model.steps.get(name);
        int attempt = known == null ? 1 : known.tries().size() + 1;
        int failures = (known == null || wait ? 0 : known.failures()) + (dead ? 1 : 0);
        StepOutcome outcome = new StepOutcome(
                lease,
                name,
                Model.kindOf(name),
                position(name),
                null,
                dead,
                attempt,
                failures,
                1_000,
                dead ? null : Twin.json(value),
                dead ? Twin.json("{\"message\":\"no\"}") : null,
                event);
        Verdict expected = Verdict.LEASE_LOST;
        if (twin.live(lease)) {
            boolean first = model.recorded(name, dead, value);
            expected = first ? Verdict.OK : Verdict.ALREADY_RECORDED;
            if (first && event != null) {
                take(model, name);
            }
        }
        twin.same(
                lease + " records " + (dead ? "dead " : "") + name,
                expected,
                RealStore.await(twin.store.journal.record(outcome)));
    }

    private static String payload(Model model, String name) {
        return model.events.stream()
                .filter(event -> event.name().equals(name))
                .findFirst()
                .map(Model.Event::payload)
                .orElseThrow();
    }

    private static void take(Model model, String name) {
        for (Model.Event event : model.events) {
            if (event.name().equals(name)) {
                model.events.remove(event);
                return;
            }
        }
    }

    void fail() {
        Lease lease = twin.lease(random);
        String name = any(STEPS);
        if (lease == null) {
            return;
        }
        Model model = twin.models.get(lease.executionId());
        View.Step known = model.steps.get(name);
        if (twin.live(lease) && known != null && known.ended()) {
            return;
        }
        FailedAttempt attempt = new FailedAttempt(
                lease,
                name,
                "step",
                position(name),
                null,
                known == null ? 1 : known.tries().size() + 1,
                known == null ? 1 : known.failures() + 1,
                1_000,
                0,
                Twin.json("{\"message\":\"no\"}"));
        boolean live = twin.live(lease);
        if (live) {
            model.failedAttempt(name);
        }
        // An instance that did not get the answer writes it again.
        for (int i = 0; i <= random.nextInt(2); i++) {
            twin.same(
                    lease + " notes a failed attempt of " + name,
                    live ? Verdict.OK : Verdict.LEASE_LOST,
                    RealStore.await(twin.store.journal.recordFailure(attempt)));
        }
    }

    void park() {
        Lease lease = twin.lease(random);
        if (lease == null) {
            return;
        }
        Model model = twin.models.get(lease.executionId());
        String name = any(List.of("n1", "e1", "e2", "s1"));
        boolean event = name.startsWith("e");
        boolean opens = !name.startsWith("s")
                && !(model.steps.containsKey(name) && model.steps.get(name).ended());
        boolean atOnce = random.nextInt(6) == 0;
        boolean knows = random.nextBoolean() || model.eventCount == 0;
        Integer count = event ? Integer.valueOf(model.eventCount - (knows ? 0 : 1)) : null;
        String kind = event ? "event" : name.startsWith("n") ? "sleep" : "retry";
        View.Step known = model.steps.get(name);
        Park park = new Park(
                lease,
                atOnce ? 0 : HOUR,
                count,
                kind,
                name,
                HOUR,
                event && !atOnce ? List.of(name) : List.of(),
                opens
                        ? List.of(new Park.OpenStep(
                                name,
                                Model.kindOf(name),
                                position(name),
                                null,
                                known == null ? 1 : known.tries().size() + 1,
                                HOUR))
                        : List.of());
        Verdict expected = event ? Verdict.REFUSED : Verdict.LEASE_LOST;
        if (twin.live(lease) && (!event || knows)) {
            model.parked(kind, event ? name : null, opens ? name : null, atOnce);
            expected = Verdict.OK;
        }
        twin.same(
                lease + " parks for " + name + (knows ? "" : " and does not know the last event"),
                expected,
                RealStore.await(twin.store.journal.park(park)));
    }

    void finish() {
        Lease lease = twin.lease(random);
        if (lease == null) {
            return;
        }
        Model model = twin.models.get(lease.executionId());
        boolean well = random.nextInt(2) == 0;
        boolean live = twin.live(lease);
        String value = well ? "\"end\"" : null;
        if (live) {
            model.ended(well ? "completed" : "failed", value, well ? null : "broken");
        }
        Execution snapshot = RealStore.await(twin.store.service.get(lease.executionId()));
        Execution ended = RealStore.await(twin.store.journal.finish(
                lease,
                snapshot,
                well ? ExecutionStatus.COMPLETED : ExecutionStatus.FAILED,
                well ? Twin.json(value) : null,
                well ? null : Twin.json("{\"message\":\"broken\"}")));
        twin.same(
                lease + (well ? " completes" : " fails"),
                live ? model.status : "lease lost",
                ended == null ? "lease lost" : ended.status().wire());
    }

    /** Signs of life for some leases at once. */
    void renew() {
        if (twin.leases.isEmpty()) {
            return;
        }
        Set<String> lost = new TreeSet<>();
        Lease lease = twin.lease(random);
        Model model = twin.models.get(lease.executionId());
        if (!model.active() || model.token != lease.epoch()) {
            lost.add(lease.executionId());
        } else if (model.held) {
            model.renewed();
        }
        twin.same(
                lease + " is renewed",
                lost,
                new TreeSet<>(RealStore.await(twin.store.journal.renew(List.of(lease), RealStore.LEASE))));
    }

    void release() {
        Lease lease = twin.lease(random);
        if (lease == null) {
            return;
        }
        if (twin.live(lease)) {
            twin.models.get(lease.executionId()).released();
        }
        RealStore.await(twin.store.journal.release(List.of(lease)));
        twin.same(lease + " is handed over", null, null);
    }

    /** The order of the code: that of the names. */
    private static int position(String name) {
        return name.charAt(0) * 10 + name.charAt(1);
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
