package io.zart.server.retention;

import io.zart.server.config.Retention;
import io.zart.server.config.ZartConfig;
import io.zart.server.execution.ExecutionStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The age at which executions go, by the status with which they ended; a status that is not named stays for ever.
 *
 * @param ages only terminal statuses
 */
record RetentionRules(Map<ExecutionStatus, Duration> ages) {

    static RetentionRules of(ZartConfig config) {
        Map<ExecutionStatus, Duration> ages = new EnumMap<>(ExecutionStatus.class);
        put(ages, ExecutionStatus.COMPLETED, config.retentionOfCompleted(), config.retention());
        put(ages, ExecutionStatus.FAILED, config.retentionOfFailed(), config.retention());
        put(ages, ExecutionStatus.CANCELLED, config.retentionOfCancelled(), config.retention());
        return new RetentionRules(Map.copyOf(ages));
    }

    private static void put(
            Map<ExecutionStatus, Duration> ages, ExecutionStatus status, Optional<Retention> own, Retention general) {
        own.orElse(general).age().ifPresent(age -> ages.put(status, age));
    }
}
