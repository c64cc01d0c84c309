package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** CONTRACT 5: counts by status. */
abstract class StatsContract extends ServiceContract {

    @Test
    void theCountsHaveExactlyTheFiveStatuses() {
        JsonNode stats = Api.get("/api/v1/stats").is(200).json();
        List<String> names = new ArrayList<>();
        stats.fieldNames().forEachRemaining(names::add);
        assertThat(names).containsExactly("scheduled", "running", "completed", "failed", "cancelled");
        stats.forEach(count -> assertThat(count.isIntegralNumber()).isTrue());
    }

    @Test
    void aTerminalExecutionIsCountedAtOnce() {
        JsonNode before = Api.get("/api/v1/stats").json();
        Api.completed();
        Api.failed();
        Api.cancelled();
        JsonNode after = Api.get("/api/v1/stats").json();
        for (String status : List.of("completed", "failed", "cancelled")) {
            assertThat(after.path(status).asLong())
                    .as("count of %s after one more", status)
                    .isGreaterThan(before.path(status).asLong());
        }
    }

    @Test
    void theCountsAreThoseOfTheList() {
        await("stats and list agree").atMost(Api.HANG).untilAsserted(() -> {
            JsonNode stats = Api.get("/api/v1/stats").json();
            assertThat(stats.path("failed").asInt()).isEqualTo(count("failed"));
            assertThat(stats.path("cancelled").asInt()).isEqualTo(count("cancelled"));
            assertThat(stats.path("completed").asInt()).isEqualTo(count("completed"));
        });
    }

    private static int count(String status) {
        int count = 0;
        int page;
        do {
            page = Api.get(Api.EXECUTIONS + "?limit=1000&status=" + status + "&offset=" + count)
                    .is(200)
                    .json()
                    .size();
            count += page;
        } while (page == 1000);
        return count;
    }
}
