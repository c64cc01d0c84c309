package io.zart.server.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.zart.server.engine.Codec;
import io.zart.server.engine.Limits;
import io.zart.server.execution.JsonText;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The limits of a run hold for workers, too. */
class CommandReaderTest {

    private final CommandReader reader = new CommandReader(
            new Codec(new ObjectMapper(), 10), new Limits(2, 1_000), Duration.ofSeconds(15), Clock.systemUTC());

    private String defect(String members) {
        return reader.read(new JsonText("{\"executionId\":\"x\",\"token\":\"0.1\"," + members + "}"))
                .defect();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"complete\",\"result\":",
                "\"type\":\"step-completed\",\"name\":\"a\",\"position\":0,\"result\":",
                "\"type\":\"capture\",\"name\":\"a\",\"position\":0,\"value\":"
            })
    void aResultThatIsTooLargeIsInvalid(String command) {
        assertThat(defect(command + "\"12345678\"")).isNull();
        assertThat(defect(command + "\"123456789\"")).contains("11 characters", "10", "zart.limits.result-size");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"step-completed\",\"name\":\"a\",\"position\":",
                "\"type\":\"step-started\",\"name\":\"a\",\"position\":",
                "\"type\":\"step-failed\",\"error\":{\"message\":\"m\"},\"name\":\"a\",\"position\":",
                "\"type\":\"capture\",\"name\":\"a\",\"position\":",
                "\"type\":\"sleep\",\"durationMs\":1,\"name\":\"a\",\"position\":",
                "\"type\":\"wait-event\",\"name\":\"a\",\"position\":",
                "\"type\":\"wait-children\",\"children\":[\"c\"],\"name\":\"a\",\"position\":",
                "\"type\":\"start-child\",\"taskName\":\"t\",\"name\":\"a\",\"position\":"
            })
    void aStepBeyondTheLimitOfARunIsInvalid(String command) {
        assertThat(defect(command + "1")).isNull();
        assertThat(defect(command + "2")).contains("step 3", "may have 2", "zart.limits.steps");
    }
}
