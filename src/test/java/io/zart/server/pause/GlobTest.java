package io.zart.server.pause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {

    @ParameterizedTest
    @CsvSource({
        "abc, abc",
        "*, anything/at.all",
        "*, ''",
        "a*, a",
        "a*c, abbbc",
        "*b*, abc",
        "a?c, abc",
        "?, 😀",
        "[a-c]x, bx",
        "[abc], c",
        "[!a], b",
        "[^a], b",
        "[]], ]",
        "[a-], -",
        "step-[0-9], step-7",
        "item#*, item#12",
        "\\*, *",
        "[\\]], ]",
    })
    void fits(String pattern, String name) {
        assertThat(Glob.of(pattern).matches(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abcd",
        "abc, ab",
        "a*, ba",
        "a?c, ac",
        "[a-c], d",
        "[!a], a",
        "abc, ABC",
        "[a-c], B",
        "\\*, x",
    })
    void doesNotFit(String pattern, String name) {
        assertThat(Glob.of(pattern).matches(name)).isFalse();
    }

    @Test
    void oneOfSomePatternsFits() {
        Glob glob = Glob.of("{charge,re*}-{card,[0-9]{a,b}}");
        for (String name : new String[] {"charge-card", "refund-card", "re-1a", "charge-9b"}) {
            assertThat(glob.matches(name)).as(name).isTrue();
        }
        for (String name : new String[] {"charge", "card", "charge-1", "charge-1c", "{charge}-card"}) {
            assertThat(glob.matches(name)).as(name).isFalse();
        }
        assertThat(Glob.of("a{,b}").matches("a")).isTrue();
        assertThat(Glob.of("a,b").matches("a,b")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[a", "[]", "[!", "[z-a]", "{", "{a", "{a,{b}", "}", "a}", "\\", "a\\", "[a-\\"})
    void isMalformed(String pattern) {
        assertThatThrownBy(() -> Glob.of(pattern)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aHostilePatternTakesNoLongTime() {
        Glob glob = Glob.of("*a".repeat(100) + "b");
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertThat(glob.matches("a".repeat(255))).isFalse());
    }
}
