package io.zart.server.testing;

import io.smallrye.mutiny.Uni;
import io.zart.server.engine.ClaimedTask;
import io.zart.server.engine.Journal;
import io.zart.server.engine.Lease;
import io.zart.server.engine.Verdict;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A journal that passes everything on, keeps what was answered, and can be told to renew no lease. Thread-safe. */
public final class SpiedJournal {

    private final Journal target;
    private final Journal journal;
    private volatile boolean heartbeats = true;

    /** Leases of the tasks that were claimed. */
    public final Queue<Lease> claimed = new ConcurrentLinkedQueue<>();

    /** Verdicts of recorded steps. */
    public final Queue<Verdict> verdicts = new ConcurrentLinkedQueue<>();

    SpiedJournal(Journal target) {
        this.target = target;
        this.journal = (Journal) Proxy.newProxyInstance(
                Journal.class.getClassLoader(),
                new Class<?>[] {Journal.class},
                (proxy, method, arguments) -> call(method, arguments));
    }

    public Journal journal() {
        return journal;
    }

    /** From now on no lease is renewed, and nothing is said about it, as if the process stood still. */
    public void stopHeartbeats() {
        heartbeats = false;
    }

    private Object call(Method method, Object[] arguments) throws Throwable {
        if (method.getName().startsWith("renew") && !heartbeats) {
            return Uni.createFrom().item(Set.of());
        }
        try {
            Object answer = method.invoke(target, arguments);
            return answer instanceof Uni<?> uni ? uni.invoke(item -> note(method.getName(), item)) : answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void note(String operation, Object answer) {
        if (answer instanceof Journal.Claim claim) {
            claim.tasks().stream().map(ClaimedTask::lease).forEach(claimed::add);
        } else if (operation.equals("record") && answer instanceof Verdict verdict) {
            verdicts.add(verdict);
        }
    }
}
