package io.zart.server.engine;

import java.util.Map;
import org.jboss.logging.MDC;

/** Marks what is logged on a thread, while it works for a run, with the run and the step. Never with what they carry. */
final class LogFields {

    private LogFields() {}

    /** What marks the work of a run. */
    static Map<String, String> of(Lease lease) {
        return Map.of("execution", lease.executionId(), "run", Integer.toString(lease.runIndex()));
    }

    /** What marks the work of a step. */
    static Map<String, String> of(Lease lease, String step) {
        return Map.of("execution", lease.executionId(), "run", Integer.toString(lease.runIndex()), "step", step);
    }

    /** The work, marked with the run that it is done for. */
    static Runnable of(Lease lease, Runnable work) {
        return marked(of(lease), work);
    }

    /** The work of a step; whatever the thread was marked with before stands again afterwards. */
    static Runnable of(Lease lease, String step, Runnable work) {
        return of(lease, marked(Map.of("step", step), work));
    }

    static Runnable marked(Map<String, String> fields, Runnable work) {
        return () -> {
            Map<String, Object> before = Map.copyOf(MDC.getMap());
            fields.forEach(MDC::put);
            try {
                work.run();
            } finally {
                fields.keySet().forEach(MDC::remove);
                before.forEach(MDC::put);
            }
        };
    }
}
