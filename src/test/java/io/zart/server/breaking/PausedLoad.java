package io.zart.server.breaking;

import com.fasterxml.jackson.databind.JsonNode;
import io.zart.server.breaking.Client.Answer;
import io.zart.server.breaking.Order.End;
import java.util.List;
import java.util.function.Predicate;

/**
 * Pause rules that come before an execution or in its middle, and go a while later: nothing that matches begins in between, and
 * then all goes on.
 */
final class PausedLoad {

    private static final String RULES = "/zart/admin/v1/pause";
    private static final int LONGEST_HOLD_MILLIS = 1_500;
    private static final int LOOKS = 20;

    private final Requests requests;

    PausedLoad(Requests requests) {
        this.requests = requests;
    }

    /** One of them, chosen by chance. */
    void one() {
        switch (requests.random().nextInt(3)) {
            case 0 -> fromTheStart(null, step -> true);
            case 1 -> fromTheStart("step-[3-5]", step -> step.compareTo("step-3") >= 0);
            default -> inTheMiddle();
        }
    }

    private void fromTheStart(String pattern, Predicate<String> matches) {
        Order order = requests.order("five-steps", "null", End.COMPLETED, "{\"sum\":15}");
        if (paused(order, pattern)) {
            requests.start(order);
            Faults.pause(requests.random().nextInt(LONGEST_HOLD_MILLIS));
            JsonNode detail = requests.detail(order);
            List<String> begun = begun(detail, matches);
            if (!begun.isEmpty() || ended(detail)) {
                requests.complain("begun although a rule held it: " + begun + " in " + detail);
            }
        } else {
            requests.start(order);
        }
        resume(order);
    }

    /** The rule comes while the first step takes its time. It counts once the execution shows that it is held. */
    private void inTheMiddle() {
        Order order = requests.order("slow", "{\"ms\":700}", End.COMPLETED, "[\"done\",\"done2\"]");
        requests.start(order);
        if (paused(order, "a*") && seenHeld(order)) {
            Faults.pause(requests.random().nextInt(LONGEST_HOLD_MILLIS));
            JsonNode detail = requests.detail(order);
            List<String> begun = begun(detail, "after"::equals);
            if (!begun.isEmpty() || ended(detail)) {
                requests.complain("begun although a rule held it: " + begun + " in " + detail);
            }
        }
        resume(order);
    }

    private boolean paused(Order order, String pattern) {
        String steps = pattern == null ? "" : ",\"stepPattern\":\"" + pattern + "\"";
        Answer answer =
                requests.send(order, "pause", "POST", RULES, "{\"executionId\":\"" + order.id + "\"" + steps + "}");
        return answer != null && answer.ok();
    }

    private boolean seenHeld(Order order) {
        for (int look = 0; look < LOOKS; look++) {
            Answer answer = requests.look(Requests.EXECUTIONS + order.id);
            if (answer == null
                    || !answer.ok()
                    || answer.body().path("completedAt").isTextual()) {
                return false;
            }
            if (answer.body().path("waiting").path("kind").asText().equals("paused")) {
                return true;
            }
            Faults.pause(200);
        }
        return false;
    }

    private static List<String> begun(JsonNode detail, Predicate<String> matches) {
        List<String> begun = new java.util.ArrayList<>();
        if (detail != null) {
            detail.path("steps").forEach(step -> {
                String name = step.path("name").asText();
                if (matches.test(name) && !step.path("status").asText().equals("scheduled")) {
                    begun.add(name);
                }
            });
        }
        return begun;
    }

    private static boolean ended(JsonNode detail) {
        return detail != null && detail.path("execution").path("completedAt").isTextual();
    }

    /** Deletes the rule, and those that unclear answers left behind: a create that was repeated may have been done twice. */
    private void resume(Order order) {
        Answer rules = requests.look(RULES);
        if (rules == null || !rules.ok()) {
            return;
        }
        rules.body().forEach(rule -> {
            if (rule.path("executionId").asText().equals(order.id)) {
                requests.send(
                        order,
                        "resume",
                        "DELETE",
                        RULES + "/" + rule.path("ruleId").asText(),
                        null);
            }
        });
    }
}
