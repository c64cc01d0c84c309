package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published description of the API. */
abstract class OpenApiContract extends ServiceContract {

    private static final Pattern PARAMETER = Pattern.compile("\\{([^}]+)}");

    @ParameterizedTest
    @CsvSource({
        "get,/api/v1/executions,200",
        "post,/api/v1/executions,201",
        "get,/api/v1/executions/{id},200",
        "post,/api/v1/executions/{id}/cancel,204",
        "get,/api/v1/executions/{id}/wait,200",
        "post,/api/v1/executions/wait,200",
        "get,/api/v1/stats,200",
        "post,/api/v1/events/{id}/{eventName},202"
    })
    void theRouteIsDescribedWithItsAnswer(String method, String path, String status) {
        JsonNode operation = description().path("paths").path(path).path(method);
        assertThat(operation.path("summary").asText()).as("summary").isNotBlank();
        assertThat(operation.path("responses").has(status))
                .as("answer " + status)
                .isTrue();
        if (!status.equals("204")) {
            assertThat(operation.at("/responses/" + status + "/content/application~1json/schema"))
                    .as("schema of the answer")
                    .isNotEmpty();
        }
    }

    @Test
    void everyOperationDeclaresItsPathParametersAndItsProblems() {
        List<String> gaps = new ArrayList<>();
        description()
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    String name = operation.getKey() + " " + path.getKey();
                    JsonNode problem = operation.getValue().at("/responses/default/$ref");
                    if (!problem.asText().equals("#/components/responses/Problem")) {
                        gaps.add(name + " has no problem");
                    }
                    if (operation.getValue().path("summary").asText().isBlank()) {
                        gaps.add(name + " has no summary");
                    }
                    List<String> declared =
                            operation.getValue().path("parameters").findValuesAsText("name");
                    for (Matcher each = PARAMETER.matcher(path.getKey()); each.find(); ) {
                        if (!declared.contains(each.group(1))) {
                            gaps.add(name + " does not declare " + each.group(1));
                        }
                    }
                }));
        assertThat(gaps).isEmpty();
    }

    @Test
    void theProblemIsDescribed() {
        JsonNode problem = description().at("/components/schemas/Problem/properties");
        for (String member : List.of("type", "title", "status", "detail", "error", "code")) {
            assertThat(problem.has(member)).as("member " + member).isTrue();
        }
    }

    @Test
    void theBodyOfAStartIsDescribed() {
        JsonNode operation =
                description().path("paths").path("/api/v1/executions").path("post");
        assertThat(operation
                        .at("/requestBody/content/application~1json/schema/$ref")
                        .asText())
                .endsWith("/Start");
        JsonNode start = description().at("/components/schemas/Start");
        assertThat(start.path("required").toString()).contains("taskName");
        for (String member :
                List.of("executionId", "payload", "onConflict", "timeoutSecs", "delaySecs", "startAt", "tags")) {
            assertThat(start.path("properties").has(member))
                    .as("member " + member)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"status", "taskName", "search", "from", "to", "sortBy", "sortOrder", "limit", "offset", "cursor"
            })
    void theParameterOfTheListIsDescribed(String parameter) {
        JsonNode list = description().path("paths").path("/api/v1/executions").path("get");
        assertThat(list.path("parameters").findValuesAsText("name")).contains(parameter);
    }

    @Test
    void aPageShowsTheDescription() {
        Answer page = Api.get("/swagger-ui/").is(200);
        assertThat(page.header("content-type").orElse("")).startsWith("text/html");
    }

    private static JsonNode description() {
        return Api.get("/openapi.json").is(200).json();
    }
}
