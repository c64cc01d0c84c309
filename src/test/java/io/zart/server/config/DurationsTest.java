package io.zart.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "15s,PT15S", "5m,PT5M", "2h,PT2H", "30d,PT720H", "PT15S,PT15S", "p1d,PT24H", "0s,PT0S"})
    void everyFormIsRead(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
        assertThat(new DurationConverter().convert(text)).isEqualTo(expected);
        assertThat(Durations.parse(Durations.format(expected))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"15", "15x", "-5s", "PT-5S", "1.5s", "s", "1 s", "9999999999999s"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"65536,65536", "1K,1024", "2M,2097152", "2MiB,2097152", "1g,1073741824"})
    void sizesAreReadInPowersOfTwo(String text, long expected) {
        assertThat(new ByteSizeConverter().convert(text).bytes()).isEqualTo(expected);
        assertThat(ByteSize.parse(ByteSize.parse(text).toString()).bytes()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2X", "-1", "1.5M", "", "M"})
    void noSizeIsRefused(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void retentionCanBeOff() {
        assertThat(new RetentionConverter().convert("off").age()).isEmpty();
        assertThat(new RetentionConverter().convert("30d").age()).contains(Duration.ofDays(30));
    }
}
