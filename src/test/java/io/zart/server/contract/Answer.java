package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP answer as it came over the wire.
 *
 * @param request the request line, for failure messages
 * @param status the status
 * @param headers the headers, names in lower case
 * @param body the body as text
 */
record Answer(String request, int status, Map<String, List<String>> headers, String body) {

    /** Reads whatever the service accepts: other tests leave long numbers and deep nesting in the lists. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    /** Asserts the status and returns this answer. */
    Answer is(int expected) {
        assertThat(status).as("status of %s, body: %s", request, shortened()).isEqualTo(expected);
        return this;
    }

    /** Asserts that this is a whole problem with the given status, and returns this answer. */
    Answer isProblem(int expected) {
        is(expected);
        assertThat(header("content-type").orElse(""))
                .as("content type of the %d of %s", expected, request)
                .startsWith("application/problem+json");
        JsonNode problem = json();
        for (String member : List.of("type", "title", "detail", "error", "code")) {
            assertThat(problem.path(member).isTextual())
                    .as("member '%s' of the problem of %s: %s", member, request, shortened())
                    .isTrue();
            assertThat(problem.path(member).asText())
                    .as("member '%s' of the problem of %s", member, request)
                    .isNotBlank();
        }
        assertThat(problem.path("status").asInt())
                .as("member 'status' of the problem of %s", request)
                .isEqualTo(expected);
        assertThat(problem.path("error"))
                .as("'error' repeats 'detail' in %s", request)
                .isEqualTo(problem.path("detail"));
        return this;
    }

    /** Asserts a problem whose detail contains a text. */
    Answer isProblem(int expected, String part) {
        isProblem(expected);
        assertThat(text("detail").toLowerCase(Locale.ROOT))
                .as("detail of the %d of %s", expected, request)
                .contains(part.toLowerCase(Locale.ROOT));
        return this;
    }

    /** The first value of a header. */
    Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    /** The body as a tree. */
    JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the body of " + request + " is not JSON: " + shortened(), e);
        }
    }

    /** A member of the body as text. */
    String text(String member) {
        return json().path(member).asText();
    }

    /** A member of the body, to the letter. */
    String raw(String member) {
        return RawJson.member(body, member);
    }

    private String shortened() {
        return body.length() > 600 ? body.substring(0, 600) + "…" : body;
    }
}
