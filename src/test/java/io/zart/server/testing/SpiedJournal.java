package io.zart.server.testing;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.Children;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.FailedAttempt;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Park;
import io.zart.server.engine.StepOutcome;
import io.zart.server.engine.Verdict;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A journal that passes everything on, keeps what was answered and what should not have been asked, and can be told to renew no
 * lease, or to die. Thread-safe.
 */
public final class SpiedJournal {

    private final Journal journal;
    private volatile boolean heartbeats = true;
    private volatile boolean dead;

    /** Leases of the tasks that were claimed. */
    public final Queue<Lease> claimed = new ConcurrentLinkedQueue<>();

    /** Verdicts of recorded steps. */
    public final Queue<Verdict> verdicts = new ConcurrentLinkedQueue<>();

    /** What a holder still did behind the write by which it learned that its lease is lost. */
    public final Queue<String> afterLoss = new ConcurrentLinkedQueue<>();

    private final Map<Lease, Written> lost = new ConcurrentHashMap<>();

    /** A write of a step. */
    private record Written(Lease lease, int position, Integer group) {

        /** Null if it is none. */
        static Written of(Object argument) {
            return argument instanceof StepOutcome row
                    ? new Written(row.lease(), row.position(), row.parallelGroup())
                    : argument instanceof FailedAttempt row
                            ? new Written(row.lease(), row.position(), row.parallelGroup())
                            : null;
        }

        /** Whether a body that asks for one step after the other comes to it behind the other one only. */
        boolean behind(Written other) {
            return position > other.position && (group == null || !group.equals(other.group));
        }
    }

    SpiedJournal(Journal target) {
        this.journal = spied(Journal.class, target);
    }

    private <T> T spied(Class<T> type, T target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call(target, method, arguments)));
    }

    public Journal journal() {
        return journal;
    }

    /** From now on no lease is renewed, and nothing is said about it, as if the process stood still. */
    public void stopHeartbeats() {
        heartbeats = false;
    }

    /** From now on nothing arrives, and nothing is answered, as if the process were gone. */
    public void die() {
        dead = true;
    }

    private Object call(Object target, Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("renew") && !heartbeats) {
            return Uni.createFrom().item(Set.of());
        }
        try {
            if (dead && Uni.class.isAssignableFrom(method.getReturnType())) {
                return Uni.createFrom().nothing();
            }
            look(method.getName(), arguments);
            Object answer = method.invoke(target, arguments);
            if (answer instanceof Children children) {
                return spied(Children.class, children);
            }
            return answer instanceof Uni<?> uni
                    ? whileAlive(uni.invoke(item -> note(method.getName(), arguments, item)))
                    : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private <T> Uni<T> whileAlive(Uni<T> answer) {
        return answer.onItemOrFailure()
                .transformToUni((item, failure) -> dead
                        ? Uni.createFrom().nothing()
                        : failure == null
                                ? Uni.createFrom().item(item)
                                : Uni.createFrom().failure(failure));
    }

    private void look(String operation, Object[] arguments) {
        Written write = arguments == null ? null : Written.of(arguments[0]);
        Written last = write == null ? null : lost.get(write.lease());
        boolean ends = operation.equals("finish") && lost.containsKey(arguments[0])
                || operation.equals("park") && lost.containsKey(((Park) arguments[0]).lease());
        if (ends || last != null && write.behind(last)) {
            afterLoss.add(operation + " " + arguments[0]);
        }
    }

    private void note(String operation, Object[] arguments, Object answer) {
        Written write = arguments == null ? null : Written.of(arguments[0]);
        if (write != null && answer == Verdict.LEASE_LOST) {
            lost.putIfAbsent(write.lease(), write);
        }
        if (answer instanceof Journal.Claim claim) {
            claim.tasks().stream().map(ClaimedTask::lease).forEach(claimed::add);
        } else if (operation.equals("record") && answer instanceof Verdict verdict) {
            verdicts.add(verdict);
        }
    }
}
