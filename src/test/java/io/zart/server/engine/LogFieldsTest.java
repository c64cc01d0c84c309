package io.zart.server.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is logged during the work of a run is marked with it, and nothing else is; nothing at all where no log shows it. */
class LogFieldsTest {

    private static final Lease LEASE = new Lease("order-1", 2, 7);
    private static final Marking MARKING = new VertxMarking(true);

    @Test
    void aStepIsMarkedWithItsExecutionItsRunAndItsName() {
        Map<String, Object> seen = new HashMap<>();
        MARKING.run(LEASE, "charge", () -> seen.putAll(MDC.getMap()));
        assertThat(seen)
                .containsEntry("execution", "order-1")
                .containsEntry("run", "2")
                .containsEntry("step", "charge");
    }

    @Test
    void afterAStepTheBodyIsMarkedAgainAndAfterTheBodyNothingIs() {
        Map<String, Object> between = new HashMap<>();
        MARKING.run(LEASE, null, () -> {
            MARKING.run(LEASE, "charge", () -> {});
            between.putAll(MDC.getMap());
        });
        assertThat(between).containsEntry("execution", "order-1").doesNotContainKey("step");
        assertThat(MDC.getMap()).doesNotContainKeys("execution", "run", "step");
    }

    @Test
    void whereNoLogShowsFieldsTheWorkIsDoneWithoutThem() {
        Map<String, Object> seen = new HashMap<>();
        new VertxMarking(false).run(LEASE, "charge", () -> {
            seen.put("done", true);
            seen.putAll(MDC.getMap());
        });
        assertThat(seen).containsOnlyKeys("done");
    }

    @ParameterizedTest
    @CsvSource({
        "quarkus.log.console.json.enabled,true,true",
        "quarkus.log.console.json.enabled,false,false",
        "quarkus.log.console.format,%d %X %s,true",
        "quarkus.log.console.format,%d %X{execution} %s,true",
        "quarkus.log.console.format,%d %s,false",
        "quarkus.log.file.enabled,true,true",
        "quarkus.log.handler.console.audit.enabled,true,true",
        "quarkus.log.level,DEBUG,false",
        "quarkus.log.syslog.format,%X %s,true"
    })
    void fieldsAreMadeForLogsThatShowThem(String name, String value, boolean shown) {
        Config config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(Map.of(name, value), "test", 100))
                .build();
        assertThat(LogFields.shown(config)).isEqualTo(shown);
    }
}
