package io.zart.server.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonValuesTest {

    private static boolean equal(String one, String other) {
        return JsonValues.equal(new JsonText(one), new JsonText(other));
    }

    @Test
    void ignoresSpaceKeyOrderAndSpelling() {
        assertThat(equal("{\"a\":1,\"b\":[1.0,\"\\u0061\"]}", " { \"b\" : [1, \"a\"], \"a\" : 1e0 }"))
                .isTrue();
        assertThat(equal("[1,2]", "[2,1]")).isFalse();
        assertThat(equal("\"1\"", "1")).isFalse();
        assertThat(JsonValues.equal(null, JsonText.NULL)).isTrue();
    }

    @Test
    void comparesNumbersByValueWithoutExpandingThem() {
        assertThat(equal("100", "1e2")).isTrue();
        assertThat(equal("0.001", "1E-3")).isTrue();
        assertThat(equal("-0.0", "0")).isTrue();
        assertThat(equal("1e999999999999", "10e999999999998")).isTrue();
        assertThat(equal("12345678901234567890123", "12345678901234567890124")).isFalse();
        assertThat(equal("-1", "1")).isFalse();
    }
}
