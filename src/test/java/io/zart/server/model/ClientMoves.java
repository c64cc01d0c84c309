package io.zart.server.model;

import io.zart.server.execution.Act;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** What clients and operators do, and what the clock does. */
final class ClientMoves {

    private static final String UNKNOWN = "EXECUTION_NOT_FOUND";
    private final Twin twin;
    private final Random random;

    ClientMoves(Twin twin, Random random) {
        this.twin = twin;
        this.random = random;
    }

    private String id() {
        return Twin.IDS.get(random.nextInt(Twin.IDS.size()));
    }

    void start() {
        String id = id();
        OnConflict policy = OnConflict.values()[random.nextInt(OnConflict.values().length)];
        String task = random.nextInt(10) == 0 ? "other" : Twin.TASK;
        String payload = Integer.toString(random.nextInt(2));
        boolean eager = random.nextBoolean();
        Model model = twin.models.get(id);
        if (model == null && !task.equals(Twin.TASK)) {
            return;
        }
        String expected = started(id, model, policy, task, payload, eager);
        twin.store.room = eager;
        Object answer = Twin.answer(
                twin.store.service.start(
                        new NewExecution(id, task, Twin.json(payload), policy, null, null, null, null)),
                started -> started.created() ? "created" : "existing");
        twin.leases.addAll(twin.store.eager);
        twin.store.eager.clear();
        twin.same("start " + id + " as " + task + " with " + payload + ", " + policy, expected, answer);
    }

    private String started(String id, Model model, OnConflict policy, String task, String payload, boolean eager) {
        if (model == null) {
            twin.models.put(id, new Model(payload, eager));
            return "created";
        }
        if (!task.equals(Twin.TASK)) {
            return "TASK_NAME_DIFFERS";
        }
        if (policy == OnConflict.RETURN) {
            return model.payload.equals(payload) ? "existing" : "PAYLOAD_DIFFERS";
        }
        if (policy == OnConflict.REJECT) {
            return "EXECUTION_EXISTS";
        }
        if (policy == OnConflict.RESTART && model.active()) {
            return "EXECUTION_ACTIVE";
        }
        model.newRun("restart", payload, List.of());
        return "created";
    }

    void deliver() {
        String id = id();
        String name = "e" + (1 + random.nextInt(2));
        String payload = Integer.toString(random.nextInt(1000));
        String key = random.nextBoolean() ? "k" + random.nextInt(4) : null;
        Model model = twin.models.get(id);
        String expected = model == null ? UNKNOWN : model.delivered(name, payload, key);
        twin.same(
                "event " + name + " for " + id + (key == null ? "" : " with key " + key),
                expected == null ? "EXECUTION_ENDED" : expected,
                Twin.answer(twin.store.service.deliver(id, name, Twin.json(payload), key), Enum::name));
    }

    void cancel() {
        String id = id();
        Model model = twin.models.get(id);
        String expected = model == null ? UNKNOWN : "cancelled";
        if (model != null && model.active()) {
            model.ended("cancelled", null, null);
        } else if (model != null && !model.status.equals("cancelled")) {
            expected = "EXECUTION_ENDED";
        }
        twin.same("cancel " + id, expected, Twin.answer(twin.store.service.cancel(id), done -> "cancelled"));
    }

    void retryStep() {
        String id = id();
        Model model = twin.models.get(id);
        String step = model == null || random.nextInt(5) == 0 ? "s1" : dead(model);
        twin.same(
                "retry " + step + " of " + id,
                retried(model, step),
                Twin.answer(twin.store.operators.retryStep(id, step, Act.ANONYMOUS), task -> "retried"));
    }

    private static String dead(Model model) {
        return model.steps.values().stream()
                .filter(View.Step::dead)
                .map(View.Step::name)
                .findFirst()
                .orElse("s2");
    }

    private static String retried(Model model, String step) {
        if (model == null) {
            return UNKNOWN;
        }
        if (!model.steps.containsKey(step)) {
            return "STEP_NOT_FOUND";
        }
        if (!model.status.equals("failed")) {
            return model.active() ? "EXECUTION_ACTIVE" : "EXECUTION_ENDED";
        }
        if (!model.steps.get(step).dead()) {
            return "STEP_NOT_DEAD";
        }
        model.retried(step);
        return "retried";
    }

    void restart() {
        String id = id();
        String payload = random.nextBoolean() ? null : Integer.toString(random.nextInt(3));
        Model model = twin.models.get(id);
        if (model != null) {
            model.newRun("restart", payload == null ? model.payload : payload, List.of());
        }
        twin.same(
                "restart " + id,
                model == null ? UNKNOWN : model.runIndex,
                Twin.answer(
                        twin.store.operators.restart(id, payload == null ? null : Twin.json(payload), Act.ANONYMOUS),
                        next -> next.runIndex()));
    }

    /** Some of the steps again; the completed others are carried over. */
    void rerun() {
        String id = id();
        Model model = twin.models.get(id);
        List<String> again = some(model, random.nextInt(12) == 0);
        List<String> preserve = some(model, false);
        Object expected = UNKNOWN;
        if (model != null && again.contains("none")) {
            expected = "INVALID_FIELD";
        } else if (model != null) {
            Set<String> effective = new TreeSet<>();
            Set<String> carried = new TreeSet<>();
            model.steps.values().forEach(step -> {
                boolean completed = step.status().equals("completed");
                if (step.dead() || again.contains(step.name()) && !(completed && preserve.contains(step.name()))) {
                    effective.add(step.name());
                } else if (completed) {
                    carried.add(step.name());
                }
            });
            model.newRun("selectivererun", model.payload, carried);
            expected = model.runIndex + " " + effective;
        }
        twin.same(
                "rerun " + again + " of " + id + ", preserving " + preserve,
                expected,
                Twin.answer(
                        twin.store.operators.rerun(id, again, preserve, false, Act.ANONYMOUS),
                        rerun -> rerun.newRunIndex() + " " + rerun.plan().effective()));
    }

    private List<String> some(Model model, boolean unknown) {
        List<String> names = new ArrayList<>();
        if (model != null) {
            model.steps.keySet().stream().filter(name -> random.nextInt(3) == 0).forEach(names::add);
        }
        if (unknown) {
            names.add("none");
        }
        return names;
    }

    /** A lease runs out, a sleep ends, a wait times out: the moment is moved to now. */
    void timePasses() {
        String id = id();
        Model model = twin.models.get(id);
        if (model == null || !model.active()) {
            return;
        }
        model.timeUp();
        twin.store.execute(
                "update step set wake_at = now() where status = 'scheduled' and execution_id = '" + id + "'");
        twin.store.execute("update task set run_at = now(), wait_until = now() where execution_id = '" + id + "'");
        twin.same("the time of " + id + " has come", null, null);
    }

    /** The deadline of a run is met. */
    void deadline() {
        String id = id();
        Model model = twin.models.get(id);
        boolean active = model != null && model.active();
        if (active) {
            model.ended("failed", null, "run deadline exceeded");
            twin.store.execute("update task set deadline = now() where execution_id = '" + id + "'");
        }
        twin.same(
                "the deadline of " + id,
                active ? 1 : 0,
                RealStore.await(twin.store.journal.expireDeadlines())
                        .executions()
                        .size());
    }
}
