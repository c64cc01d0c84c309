package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who did what, and why: every operator's act is kept and readable. */
abstract class AuditContract extends ServiceContract {

    @Test
    void everyActIsKeptWithWhoAndWhy() {
        String id = Admin.ran("dead", "{\"retry\":\"none\"}", "failed");
        String who = "\"triggeredBy\":\"ann\",\"reason\":\"because\"";
        Api.post(Admin.path(id) + "/retry-step", "{\"stepName\":\"doomed\"," + who + "}")
                .is(200);
        Api.ended(id);
        Admin.rerun(id, "{" + who + "}").is(200);
        Api.ended(id);
        Admin.restart(id, "{\"payload\":{\"delayMs\":60000}," + who + "}").is(200);
        Api.post(Api.path(id) + "/cancel", "{" + who + "}").is(204);
        JsonNode entries = audit(id);
        assertThat(Admin.names(entries, "operation")).containsExactly("cancel", "restart", "rerun", "retry-step");
        assertThat(Admin.names(entries, "triggeredBy")).containsOnly("ann");
        assertThat(Admin.names(entries, "reason")).containsOnly("because");
        assertThat(Admin.names(entries, "executionId")).containsOnly(id);
        assertThat(Admin.names(entries, "runId"))
                .containsExactly(id + ":run:2", id + ":run:2", id + ":run:1", id + ":run:0");
        assertThat(entries.get(3).path("detail").path("stepName").asText()).isEqualTo("doomed");
        assertThat(Admin.names(entries.get(2).path("detail").path("effectiveRerun"), null))
                .containsExactly("doomed");
    }

    @Test
    void anActWithoutANameIsKeptToo() {
        String id = Api.active();
        Api.cancel(id).is(204);
        Api.cancel(id).is(204);
        JsonNode entries = audit(id);
        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).path("triggeredBy").isNull()).isTrue();
    }

    @Test
    void aRefusedActIsNotKept() {
        String id = Api.completed();
        Api.post(Api.path(id) + "/cancel", "{\"triggeredBy\":\"ann\"}").is(409);
        Admin.retryStep(id, "nobody").is(404);
        assertThat(audit(id)).isEmpty();
        Api.get(Admin.path(Api.newId()) + "/audit").isProblem(404);
    }

    @Test
    void pagesFollowOneAnotherNewestFirst() {
        String id = Api.completed();
        for (int i = 0; i < 5; i++) {
            Admin.restart(id, "{\"triggeredBy\":\"user-" + i + "\"}").is(200);
            Api.ended(id);
        }
        for (String path : List.of(Admin.path(id) + "/audit", Admin.ROOT + "/audit")) {
            List<String> seen = new ArrayList<>();
            String next = path + "?limit=2";
            while (next != null && seen.size() < 5) {
                Answer page = Api.get(next).is(200);
                page.json().forEach(entry -> {
                    if (entry.path("executionId").asText().equals(id)) {
                        seen.add(entry.path("triggeredBy").asText());
                    }
                });
                next = page.header("link").map(AuditContract::target).orElse(null);
            }
            assertThat(seen).containsExactly("user-4", "user-3", "user-2", "user-1", "user-0");
        }
        assertThat(Api.get(Admin.path(id) + "/audit?limit=5").header("link")).isEmpty();
    }

    @Test
    void wrongParametersAre400() {
        for (String query : List.of("limit=-1", "limit=1001", "limit=x", "cursor=x", "cursor=-4")) {
            Api.get(Admin.ROOT + "/audit?" + query).isProblem(400, query.substring(0, query.indexOf('=')));
        }
    }

    @Test
    void aTooLongOrWrongNameIs422() {
        String id = Api.active();
        Api.post(Api.path(id) + "/cancel", "{\"triggeredBy\":\"" + "x".repeat(256) + "\"}")
                .isProblem(422, "triggeredBy");
        Api.post(Api.path(id) + "/cancel", "{\"reason\":7}").isProblem(422, "reason");
        Api.cancel(id).is(204);
    }

    static JsonNode audit(String id) {
        return Api.get(Admin.path(id) + "/audit").is(200).json();
    }

    private static String target(String link) {
        Matcher matcher = Pattern.compile("<(.*)>; rel=\"next\"").matcher(link);
        assertThat(matcher.matches()).isTrue();
        return matcher.group(1);
    }
}
