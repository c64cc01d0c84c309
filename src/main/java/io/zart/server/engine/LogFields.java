package io.zart.server.engine;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.MDC;

/** The fields that say for which run and which step something was logged. Never what they carry. */
final class LogFields {

    /** Logs that are off by default and have fields when they are on. */
    private static final List<String> LOGS = List.of(
            "quarkus.log.console.json.enabled",
            "quarkus.log.file.enabled",
            "quarkus.log.socket.enabled",
            "quarkus.log.syslog.enabled");

    private static final List<String> FORMATS =
            List.of("quarkus.log.console.format", "quarkus.log.file.format", "quarkus.log.syslog.format");
    private static final String HANDLERS = "quarkus.log.handler.";

    private LogFields() {}

    /** Whether a log is set up that shows fields: as JSON, with {@code %X} in its format, or through a handler of its own. */
    static boolean shown(Config config) {
        return LOGS.stream().anyMatch(name -> value(config, name).equalsIgnoreCase("true"))
                || FORMATS.stream().anyMatch(name -> value(config, name).contains("%X"))
                || StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                        .anyMatch(name -> name.startsWith(HANDLERS));
    }

    private static String value(Config config, String name) {
        return config.getOptionalValue(name, String.class).orElse("").trim();
    }

    /** What marks the work of a run, or of one of its steps. */
    static Map<String, String> of(Lease lease, String step) {
        String run = Integer.toString(lease.runIndex());
        return step == null
                ? Map.of("execution", lease.executionId(), "run", run)
                : Map.of("execution", lease.executionId(), "run", run, "step", step);
    }

    /** Does work on a marked thread; whatever the thread was marked with before stands again afterwards. */
    static void marked(Map<String, String> fields, Runnable work) {
        Map<String, Object> before = Map.copyOf(MDC.getMap());
        fields.forEach(MDC::put);
        try {
            work.run();
        } finally {
            fields.keySet().forEach(MDC::remove);
            before.forEach(MDC::put);
        }
    }
}
