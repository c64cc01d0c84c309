package io.zart.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PayloadTest {

    @Test
    void itemsComeBackAsTheyWentIn() {
        List<String> payloads = Payload.of("me", List.of("a b", "ü,\"x'", "c"));
        assertThat(payloads).hasSize(1);
        assertThat(Payload.items(payloads.get(0))).containsExactly("a b", "ü,\"x'", "c");
    }

    @Test
    void manyLongItemsAreSplitBelowTheLimitOfPostgres() {
        List<String> ids =
                IntStream.range(0, 100).mapToObj(i -> "😀".repeat(250) + i).toList();
        List<String> payloads = Payload.of("me", ids);
        List<String> back = new ArrayList<>();
        for (String payload : payloads) {
            assertThat(payload.getBytes(StandardCharsets.UTF_8).length).isLessThan(8000);
            back.addAll(Payload.items(payload));
        }
        assertThat(back).isEqualTo(ids);
    }

    @Test
    void onlyTheWholeNameOfTheSenderCounts() {
        assertThat(Payload.isFrom("me", "me\nx")).isTrue();
        assertThat(Payload.isFrom("me", "mean\nx")).isFalse();
    }
}
