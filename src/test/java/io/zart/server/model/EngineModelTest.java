package io.zart.server.model;

import static io.zart.server.testing.Node.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.execution.Act;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.Execution;
import io.zart.server.execution.ExecutionStatus;
import io.zart.server.execution.History;
import io.zart.server.execution.JsonText;
import io.zart.server.execution.NewExecution;
import io.zart.server.execution.OnConflict;
import io.zart.server.execution.StepRecord;
import io.zart.server.pause.PauseRule;
import io.zart.server.testing.Node;
import io.zart.server.testing.TestDatabase;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Random bodies on two instances, disturbed at random: events, cancels, restarts, reruns, pause rules, stolen leases, instances that
 * vanish. When all has come to rest, each execution must be as if nothing had disturbed it. {@code -Dzart.model.seed} repeats a
 * choice of bodies and disturbances, though not how the two meet in time.
 */
class EngineModelTest {

    private static final String TASK = "random";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> log = new ArrayList<>();
    private final Map<String, List<String>> scripts = new LinkedHashMap<>();
    private final Set<String> cancelled = new HashSet<>();
    private final Map<String, Integer> delivered = new LinkedHashMap<>();
    private final List<String> rules = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    /** Their leases are lost, though they may not know it yet. */
    private final List<Node> gone = new ArrayList<>();

    private final RandomBody body = new RandomBody();
    private TestDatabase database;
    private int launched;

    @Test
    void everyExecutionEndsAsIfNothingHadDisturbedIt() {
        long seed = Long.getLong("zart.model.seed", System.nanoTime());
        database = TestDatabase.createMigrated();
        try {
            launch();
            launch();
            disturb(new Random(seed), Integer.getInteger("zart.model.moves", 250));
            rest();
            scripts.keySet().forEach(this::check);
            Stream.concat(gone.stream(), nodes.stream())
                    .forEach(node -> assertThat(node.journal.afterLoss)
                            .as("what was begun or ended with a lost lease")
                            .isEmpty());
        } catch (AssertionError | Exception e) {
            fail("with -Dzart.model.seed=" + seed + ":\n" + String.join("\n", log) + "\n" + e, e);
        } finally {
            gone.forEach(Node::close);
            nodes.forEach(Node::close);
            database.drop();
        }
    }

    private void launch() {
        String name = "node-" + launched++;
        nodes.add(new Node(database, Node.Setup.named(name).serving(TASK, body)));
        names.add(name);
    }

    private void disturb(Random random, int moves) throws Exception {
        for (int i = 0; i < moves; i++) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            if (scripts.isEmpty() || random.nextInt(8) == 0) {
                start(node, random);
                continue;
            }
            String id = "e" + random.nextInt(scripts.size());
            switch (random.nextInt(14)) {
                case 0 -> cancel(node, id, random);
                case 1 -> act(id + " restarts", () -> await(node.operators.restart(id, null, Act.ANONYMOUS)));
                case 2 ->
                    act(
                            id + " reruns",
                            () -> await(node.operators.rerun(id, List.of(), List.of(), false, Act.ANONYMOUS)));
                case 3 -> pause(node, id, random);
                case 4 -> resume(node);
                case 5 -> steal(node, id);
                case 6 -> vanish(random);
                default -> deliver(node, id);
            }
        }
    }

    private void start(Node node, Random random) throws Exception {
        String id = "e" + scripts.size();
        List<String> script = RandomBody.script(random);
        scripts.put(id, script);
        log.add(id + " starts with " + script);
        JsonText payload = new JsonText(JSON.writeValueAsString(script));
        await(node.service.start(new NewExecution(id, TASK, payload, OnConflict.RETURN, null, null, null, null)));
    }

    private void act(String what, Runnable act) {
        try {
            act.run();
            log.add(what);
        } catch (DomainException e) {
            log.add(what + " is refused: " + e.getMessage());
        }
    }

    private void cancel(Node node, String id, Random random) {
        if (random.nextInt(3) == 0) {
            act(id + " is cancelled", () -> await(node.service.cancel(id)));
        }
    }

    private void pause(Node node, String id, Random random) {
        String ruleId = UUID.randomUUID().toString();
        String pattern = random.nextBoolean() ? null : "*" + random.nextInt(4);
        log.add(id + " is paused, steps " + pattern);
        await(node.pauses.create(new PauseRule(ruleId, id, null, pattern, null, null, null, null, null)));
        rules.add(ruleId);
    }

    private void resume(Node node) {
        if (!rules.isEmpty()) {
            log.add("a pause ends");
            await(node.pauses.resume(rules.remove(0), Act.ANONYMOUS));
        }
    }

    private void steal(Node node, String id) {
        log.add("the lease of " + id + " runs out");
        node.query("update task set run_at = now() where holder is not null and execution_id = '" + id + "'");
    }

    /** An instance gives no sign of life any more, and its leases run out; what it still writes must be refused. */
    private void vanish(Random random) {
        int index = random.nextInt(nodes.size());
        String name = names.remove(index);
        log.add(name + " vanishes");
        Node node = nodes.remove(index);
        node.journal.stopHeartbeats();
        node.engine.stop();
        gone.add(node);
        launch();
        nodes.get(0).query("update task set run_at = now() where holder = '" + name + "'");
    }

    private void deliver(Node node, String id) {
        int number = delivered.getOrDefault(id, 0);
        act("event " + number + " for " + id, () -> {
            await(node.service.deliver(id, RandomBody.EVENT, new JsonText(Integer.toString(number)), null));
            delivered.put(id, number + 1);
        });
    }

    /** No disturbance is left, and every wait gets its event. */
    private void rest() {
        Node node = nodes.get(0);
        while (!rules.isEmpty()) {
            resume(node);
        }
        for (Map.Entry<String, List<String>> each : scripts.entrySet()) {
            each.getValue().stream().filter(RandomBody.EVENT::equals).forEach(kind -> deliver(node, each.getKey()));
        }
    }

    private void check(String id) {
        Node node = nodes.get(0);
        Execution end = node.end(id);
        History history = await(node.operators.history(id, null));
        if (end.status() != ExecutionStatus.CANCELLED) {
            assertThat(end.status()).as("%s: %s", id, end.error()).isEqualTo(ExecutionStatus.COMPLETED);
        }
        List<Integer> last = new ArrayList<>();
        for (int run = 0; run < history.runs().size(); run++) {
            assertThat(history.runs().get(run).index()).as("runs of " + id).isEqualTo(run);
            last.clear();
            for (StepRecord step :
                    await(node.operators.history(id, id + ":run:" + run)).steps()) {
                check(id, run, step, last);
            }
        }
        List<Integer> taken = taken(node, id);
        assertThat(taken)
                .as("events taken by " + id + ", each once and in order")
                .isEqualTo(IntStream.range(0, taken.size()).boxed().toList());
        if (end.status() == ExecutionStatus.COMPLETED) {
            assertThat(end.result().text().replace("\"", "").replace("[", "").replace("]", ""))
                    .as("result of " + id)
                    .isEqualTo(String.join(",", RandomBody.result(scripts.get(id), last)));
        }
    }

    /** By the waits of all its runs, but for those that a rerun has carried over: they were taken before. */
    private static List<Integer> taken(Node node, String id) {
        return node
                .query(
                        "select result from step where kind = 'waitforevent' and status = 'completed' and carried_from is null"
                                + " and execution_id = '" + id + "' order by run_index, position")
                .stream()
                .map(row -> Integer.valueOf((String) row.get(0)))
                .toList();
    }

    private static void check(String id, int run, StepRecord step, List<Integer> events) {
        if (step.result() == null) {
            return;
        }
        String value = step.result().text();
        if (step.kind().equals("waitforevent")) {
            events.add(Integer.valueOf(value));
        } else if (step.kind().equals("step")) {
            assertThat(value).as("step of " + id + " in run " + run).isEqualTo("\"" + step.name() + "\"");
        }
    }
}
