package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2: what all routes share. */
abstract class ConventionsContract extends ServiceContract {

    private static final byte[] ECHO = "{\"taskName\":\"echo\"}".getBytes(StandardCharsets.UTF_8);

    @Test
    void aProblemCarriesDetailErrorAndCode() {
        String id = Api.newId();
        Answer answer = Api.get(Api.path(id)).isProblem(404);
        assertThat(answer.text("detail")).isEqualTo("execution '" + id + "' not found");
        assertThat(answer.text("error")).isEqualTo("execution '" + id + "' not found");
        assertThat(answer.text("code")).isEqualTo("execution-not-found");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/api", "/api/v1", "/api/v1/nope", "/api/v1/executions/a/b/c", "/api/v2/stats"})
    void anUnknownRouteIs404(String path) {
        Api.get(path).isProblem(404);
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE,/api/v1/executions",
        "PUT,/api/v1/executions",
        "PATCH,/api/v1/executions/x",
        "DELETE,/api/v1/executions/x",
        "GET,/api/v1/executions/x/cancel",
        "POST,/api/v1/executions/x/wait",
        "POST,/api/v1/stats",
        "GET,/api/v1/events/x/y"
    })
    void aWrongMethodIs405WithAllow(String method, String path) {
        Answer answer = Api.method(method, path).isProblem(405);
        assertThat(answer.header("allow")).as("Allow of " + method + " " + path).isPresent();
        assertThat(answer.header("allow").orElseThrow()).isNotBlank().doesNotContain(method);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "application/json;charset=UTF-8",
                "APPLICATION/JSON",
                "application/vnd.zart+json",
                "application/problem+json",
                "application/vnd.zart+json; v=1"
            })
    void anyJsonContentTypeIsAccepted(String type) {
        Api.start("{\"taskName\":\"echo\"}", "Content-Type", type).is(201);
    }

    @Test
    void aBodyWithoutAContentTypeIsTakenForJson() {
        RawSocket.send("POST", Api.EXECUTIONS, ECHO).is(201);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                "multipart/form-data",
                "text/json5"
            })
    void anotherContentTypeIs415(String type) {
        Api.start("{\"taskName\":\"echo\"}", "Content-Type", type).isProblem(415);
        Api.event(Api.newId(), "x", "1", "Content-Type", type).isProblem(415);
    }

    @Test
    void unknownFieldsAndParametersAreIgnored() {
        Api.post(Api.EXECUTIONS + "?what=ever", "{\"taskName\":\"echo\",\"what\":{\"ever\":[1]}}")
                .is(201);
        Api.get(Api.EXECUTIONS + "?what=ever").is(200);
        Api.get("/api/v1/stats?what=ever").is(200);
    }

    @Test
    void aBodyOverTheLimitIs413() {
        Api.start("{\"taskName\":\"echo\",\"payload\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}")
                .isProblem(413);
    }

    @Test
    void aBodyJustUnderTheLimitIsAccepted() {
        String id = Api.newId();
        String payload = "\"" + "x".repeat(2 * 1024 * 1024 - 300) + "\"";
        Api.start(Api.startBody(id, "echo", payload)).is(201);
        assertThat(Api.ended(id).raw("result").length()).isEqualTo(payload.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a b",
                "a+b",
                "ä漢😀",
                "100%",
                "a?b#c",
                "a%2Fb",
                "'; drop table execution; --",
                "a\\b",
                "a\"b",
                "..",
                "a;b=c",
                "a&b=c"
            })
    void anIdIsPercentDecodedOnce(String odd) {
        String id = odd.equals("..") ? Api.newId() + "/.." : Api.newId() + odd;
        String quoted = id.replace("\\", "\\\\").replace("\"", "\\\"");
        Api.started(quoted, "echo", "1");
        assertThat(Api.ended(id).text("durableExecutionId")).isEqualTo(id);
        assertThat(Api.get(Api.path(id)).is(200).text("durableExecutionId")).isEqualTo(id);
    }

    @Test
    void aPlusInAPathIsAPlus() {
        String id = Api.newId() + "+x";
        Api.started(id, "echo", "1");
        RawSocket.send("GET", Api.EXECUTIONS + "/" + id, new byte[0]).is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "a%0Ab", "%7F", "%C2%85"})
    void anIdWithAControlCharacterIs422AlsoInAPath(String id) {
        Api.get(Api.EXECUTIONS + "/" + id).isProblem(422);
        Api.get(Api.EXECUTIONS + "/" + id + "/wait").isProblem(422);
        Api.post(Api.EXECUTIONS + "/" + id + "/cancel", null).isProblem(422);
        Api.post("/api/v1/events/" + id + "/x", "1").isProblem(422);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%zz", "%ff", "a%2"})
    void aMalformedPercentEncodingIs400(String id) {
        RawSocket.send("GET", Api.EXECUTIONS + "/" + id, new byte[0]).isProblem(400);
    }

    @Test
    void headWorksWhereGetDoes() {
        String id = Api.completed();
        for (String path : List.of(
                Api.path(id),
                Api.EXECUTIONS,
                Api.path(id) + "/wait",
                "/api/v1/stats",
                "/healthz",
                "/readyz",
                "/metrics")) {
            Answer answer = Api.head(path).is(200);
            assertThat(answer.body()).as("body of HEAD " + path).isEmpty();
        }
        Api.head(Api.path(Api.newId())).is(404);
    }

    @Test
    void anInternalDetailNeverLeaks() {
        for (String target : List.of(
                "/api/v1/executions?limit=99999999999999999999",
                "/api/v1/executions?offset=99999999999999999999",
                "/api/v1/executions?from=0000-00-00T00:00:00Z",
                "/api/v1/executions?cursor=%00%01",
                "/api/v1/executions?search=%00")) {
            Answer answer = Api.get(target);
            assertThat(answer.status()).as("status of GET " + target).isLessThan(500);
            assertThat(answer.body()).doesNotContain("java.", "Exception", "SELECT", "io.zart");
        }
    }

    @Test
    void anOptionalFieldThatIsNullCountsAsAbsent() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"payload\":null,\"onConflict\":null,"
                        + "\"timeoutSecs\":null,\"delaySecs\":null,\"startAt\":null,\"tags\":null}")
                .is(201);
        assertThat(Api.ended(id).raw("result")).isEqualTo("null");
        Api.post(Api.EXECUTIONS + "/wait", "{\"ids\":[\"" + id + "\"],\"mode\":null,\"timeoutSecs\":null}")
                .is(200);
    }

    @Test
    void withoutAllowedOriginsNoOriginIsAllowed() {
        Answer answer = Api.get("/api/v1/stats", "Origin", "https://ui.example").is(200);
        assertThat(answer.header("access-control-allow-origin")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "/", "application", ";;", "json", "application/jsonx", "application/x+jsonp"})
    void aContentTypeThatIsNoneIs415(String type) {
        RawSocket.send("POST", Api.EXECUTIONS, ECHO, "Content-Type: " + type).isProblem(415);
    }

    @Test
    void severalLongNamesFitIntoOneQuery() {
        String longest = "😀".repeat(255);
        Api.get(Api.EXECUTIONS + "?search=" + Api.encode(longest) + "&taskName=" + Api.encode(longest))
                .is(200);
        Api.get(Api.path(longest)).isProblem(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=%zz", "search=%ff", "search=%", "search=a|b", "search=\\"})
    void aMalformedQueryIs400(String query) {
        RawSocket.send("GET", Api.EXECUTIONS + "?" + query, new byte[0]).isProblem(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "*/*", "text/html", "application/xml", "garbage"})
    void aProblemIsAProblemWhateverTheClientAccepts(String accept) {
        Answer answer = RawSocket.send("GET", Api.path(Api.newId()), new byte[0], "Accept: " + accept);
        assertThat(answer.status()).isIn(400, 404, 406);
        answer.isProblem(answer.status());
    }
}
