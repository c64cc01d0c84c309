package io.zart.server.worker;

import io.zart.server.engine.BufferedEvent;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Codec;
import io.zart.server.engine.Lease;
import io.zart.server.engine.RecordedStep;
import io.zart.server.engine.StepOutcome;
import io.zart.server.execution.Execution;
import io.zart.server.execution.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decides whether a wait is over, by the same rules as for bodies in this process. Stateless. */
final class Settling {

    static final String SLEEP = "sleep";
    static final String EVENT = "waitforevent";
    static final String ALL_CHILDREN = "waitall";
    static final String ANY_CHILD = "waitgroup";

    private static final Pattern USED_AGAIN = Pattern.compile("(.+)#(\\d+)");

    private final Codec codec;

    Settling(Codec codec) {
        this.codec = codec;
    }

    /**
     * A sleep or an event wait that a body has reached.
     *
     * @param attempt its number, more than 1 only for a wait that timed out and was retried
     * @param millis until it ends or times out, counted from now; null if never
     * @param children that it waits for, empty unless it waits for children
     */
    record Wait(
            String kind, String name, int position, Integer group, int attempt, Long millis, List<String> children) {

        Wait numbered(int number) {
            return new Wait(kind, name, position, group, number, millis, children);
        }

        /** The event that it takes; null if none. */
        String event() {
            return kind.equals(EVENT) ? base(name) : null;
        }
    }

    /** A step's name without the number of its use. */
    static String base(String name) {
        Matcher again = USED_AGAIN.matcher(name);
        return again.matches() ? again.group(1) : name;
    }

    private static long use(String name) {
        Matcher again = USED_AGAIN.matcher(name);
        return again.matches()
                ? new java.math.BigInteger(again.group(2))
                        .min(java.math.BigInteger.TEN.pow(9))
                        .longValue()
                : 1;
    }

    /** The outcomes of the waits of a claimed task that are over. */
    List<StepOutcome> over(ClaimedTask task) {
        List<RecordedStep> open = task.steps().stream()
                .filter(step -> step.status().equals("scheduled"))
                .filter(step -> step.kind().equals(SLEEP) || step.kind().equals(EVENT))
                .sorted(Comparator.comparingLong(step -> use(step.name())))
                .toList();
        if (open.isEmpty()) {
            return List.of();
        }
        List<BufferedEvent> events = new ArrayList<>(task.events());
        List<StepOutcome> over = new ArrayList<>();
        for (RecordedStep step : open) {
            StepOutcome outcome = outcome(
                    task.lease(),
                    new Wait(step.kind(), step.name(), 0, null, step.attempt(), null, List.of()),
                    step,
                    events);
            if (outcome != null) {
                over.add(outcome);
            }
        }
        return over;
    }

    /**
     * The outcome of a wait that is over, or null.
     *
     * @param known what is recorded of it: its end stands; null if nothing
     * @param events not yet taken; the one that it takes is removed
     */
    StepOutcome outcome(Lease lease, Wait wait, RecordedStep known, List<BufferedEvent> events) {
        Long remaining = known != null ? known.remainingMillis() : wait.millis();
        boolean past = remaining != null && remaining <= 0;
        String event = wait.event();
        if (event == null) {
            return past ? row(lease, wait, false, JsonText.NULL, null, null) : null;
        }
        // An event that came after the time-out belongs to the next wait, even if nobody had noticed the time-out yet.
        BufferedEvent arrived = take(events, event, past && known != null ? known.wakeAt() : null);
        if (arrived != null) {
            return row(lease, wait, false, arrived.payload(), null, arrived.seq());
        }
        String message = "event '" + event + "' did not arrive in time";
        return past
                ? row(lease, wait, true, null, codec.error(message, "EventTimeoutException", wait.name()), null)
                : null;
    }

    /**
     * The outcome of a wait for children that is over, or null.
     *
     * @param found the records of those of its children that are some of this execution's
     */
    StepOutcome outcome(Lease lease, Wait wait, RecordedStep known, Map<String, Execution> found) {
        for (String id : wait.children()) {
            if (!found.containsKey(id)) {
                String message = "execution '" + id + "' is no child of this one";
                return row(lease, wait, true, null, codec.error(message, "NoSuchChild", wait.name()), null);
            }
        }
        List<Execution> ended = wait.children().stream()
                .map(found::get)
                .filter(child -> child.status().terminal())
                .toList();
        boolean enough = wait.kind().equals(ANY_CHILD)
                ? !ended.isEmpty()
                : ended.size() == wait.children().size();
        if (enough) {
            return row(lease, wait, false, codec.children(ended), null, null);
        }
        Long remaining = known != null ? known.remainingMillis() : wait.millis();
        String message = "the children of '" + wait.name() + "' did not end in time";
        return remaining != null && remaining <= 0
                ? row(lease, wait, true, null, codec.error(message, "EventTimeoutException", wait.name()), null)
                : null;
    }

    private static BufferedEvent take(List<BufferedEvent> events, String name, Instant latest) {
        for (Iterator<BufferedEvent> each = events.iterator(); each.hasNext(); ) {
            BufferedEvent event = each.next();
            if (event.name().equals(name)
                    && (latest == null || !event.arrivedAt().isAfter(latest))) {
                each.remove();
                return event;
            }
        }
        return null;
    }

    private static StepOutcome row(
            Lease lease, Wait wait, boolean dead, JsonText result, JsonText error, Long eventSeq) {
        return new StepOutcome(
                lease,
                wait.name(),
                wait.kind(),
                wait.position(),
                wait.group(),
                dead,
                wait.attempt(),
                dead ? 1 : 0,
                0,
                result,
                error,
                eventSeq);
    }

    /** An outcome as the step that it makes. */
    static RecordedStep recorded(StepOutcome outcome) {
        return new RecordedStep(
                outcome.name(),
                outcome.kind(),
                outcome.dead() ? "dead" : "completed",
                outcome.result(),
                outcome.error(),
                outcome.attempt(),
                outcome.failures(),
                null,
                null,
                null,
                outcome.position());
    }
}
