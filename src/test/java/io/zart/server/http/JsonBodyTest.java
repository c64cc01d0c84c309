package io.zart.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonBodyTest {

    private static Fields object(String text) {
        return JsonBody.object(text.getBytes(StandardCharsets.UTF_8), "application/json", true);
    }

    private static void refuses(ErrorCode code, String text) {
        assertThatThrownBy(() -> object(text))
                .isInstanceOfSatisfying(
                        DomainException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void cutsValuesAsTheyAreSpelled() {
        String payload = "{\"b\": 1.0, \"a\":[1e3 ,\"\\u0000é😀\"],\"a\":12345678901234567890123}";
        Fields fields = object("{ \"taskName\" : \"t\", \"payload\" :  " + payload + " , \"n\": 1.50 }");
        assertThat(fields.json("payload").text()).isEqualTo(payload);
        assertThat(fields.json("n").text()).isEqualTo("1.50");
        assertThat(fields.string("taskName")).isEqualTo("t");
    }

    @Test
    void takesNullForAbsent() {
        assertThat(object("{\"payload\":null}").json("payload")).isNull();
    }

    @Test
    void refusesWhatIsNotAnObjectOrNotJson() {
        refuses(ErrorCode.INVALID_FIELD, "[1]");
        refuses(ErrorCode.MALFORMED_JSON, "");
        refuses(ErrorCode.MALFORMED_JSON, "{\"a\":1");
        refuses(ErrorCode.MALFORMED_JSON, "{} {}");
    }

    @Test
    void takesThousandLevelsAndNoMore() {
        assertThat(object("{\"payload\":" + "[".repeat(1000) + "]".repeat(1000) + "}")
                        .json("payload"))
                .isNotNull();
        refuses(ErrorCode.MALFORMED_JSON, "{\"payload\":" + "[".repeat(1001) + "]".repeat(1001) + "}");
    }

    @Test
    void refusesBrokenUtf8() {
        assertThatThrownBy(() -> JsonBody.value(new byte[] {'"', (byte) 0xC3, '"'}, null))
                .isInstanceOf(DomainException.class);
    }

    @Test
    void readsPreferences() {
        assertThat(Prefer.wait("respond-async, wait=5", 30)).isEqualTo(5);
        assertThat(Prefer.wait("Wait=\"100\"; x=y", 30)).isEqualTo(30);
        assertThat(Prefer.wait("wait=-1", 30)).isNull();
        assertThat(Prefer.wait("wait=1.5", 30)).isNull();
    }
}
