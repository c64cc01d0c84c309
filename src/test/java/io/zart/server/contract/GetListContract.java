package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 5: one execution, and lists of them. */
abstract class GetListContract extends ServiceContract {

    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

    @Test
    void anExecutionHasAnETagThatAnswers304() {
        String id = Api.completed();
        String tag = Api.get(Api.path(id)).is(200).header("etag").orElseThrow();
        assertThat(tag).matches("(W/)?\"[^\"]+\"");
        Answer same = Api.get(Api.path(id), "If-None-Match", tag).is(304);
        assertThat(same.body()).isEmpty();
        assertThat(same.header("etag")).contains(tag);
        Api.get(Api.path(id), "If-None-Match", "\"x\", " + tag).is(304);
        Api.get(Api.path(id), "If-None-Match", "*").is(304);
        Api.get(Api.path(id), "If-None-Match", "\"x\"").is(200);
    }

    @Test
    void theETagChangesWithTheRecord() {
        String id = Api.active();
        String tag = Api.get(Api.path(id)).header("etag").orElseThrow();
        Api.cancel(id).is(204);
        assertThat(Api.get(Api.path(id), "If-None-Match", tag).is(200).header("etag"))
                .isNotEqualTo(Optional.of(tag));
    }

    @Test
    void anUnknownExecutionIs404() {
        Api.get(Api.path(Api.newId())).isProblem(404, "not found");
    }

    @Test
    void aListIsABareArrayOfExecutions() {
        Fixture fixture = new Fixture(1);
        JsonNode list = Api.get(fixture.list("")).is(200).json();
        assertThat(list.isArray()).isTrue();
        assertThat(list.path(0)).isEqualTo(Api.get(Api.path(fixture.ids.get(0))).json());
    }

    @Test
    void statusIsExact() {
        Fixture fixture = new Fixture(2);
        assertThat(fixture.found("&status=completed")).hasSize(2);
        assertThat(fixture.found("&status=failed")).isEmpty();
    }

    @Test
    void taskNameIsAPartOfTheNameInAnyCase() {
        Fixture fixture = new Fixture(1);
        assertThat(fixture.found("&taskName=CH")).hasSize(1);
        assertThat(fixture.found("&taskName=echo")).hasSize(1);
        assertThat(fixture.found("&taskName=ecco")).isEmpty();
    }

    @Test
    void searchIsAPrefixOfTheIdAndItsCaseMatters() {
        Fixture fixture = new Fixture(1);
        assertThat(fixture.found("")).hasSize(1);
        assertThat(Api.get(Api.EXECUTIONS + "?search=" + fixture.prefix.substring(1))
                        .json())
                .isEmpty();
        assertThat(Api.get(Api.EXECUTIONS + "?search=" + fixture.prefix.toUpperCase(java.util.Locale.ROOT))
                        .json())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "_", "*", "?", "\\"})
    void wildcardCharactersAreOrdinaryCharacters(String wildcard) {
        Fixture fixture = new Fixture(1);
        assertThat(Api.get(fixture.list("") + Api.encode(wildcard)).is(200).json())
                .isEmpty();
        assertThat(fixture.found("&taskName=" + Api.encode(wildcard))).isEmpty();
        assertThat(fixture.found("&taskName=" + Api.encode("e" + wildcard + "o")))
                .isEmpty();
        String id = fixture.prefix + wildcard + "x";
        Api.started(id.replace("\\", "\\\\"), "echo", "1");
        assertThat(Api.get(fixture.list("") + Api.encode(wildcard)).json()).hasSize(1);
    }

    @Test
    void fromAndToAreInclusive() {
        Fixture fixture = new Fixture(1);
        String at = Api.get(Api.path(fixture.ids.get(0))).text("scheduledAt");
        assertThat(fixture.found("&from=" + at + "&to=" + at)).hasSize(1);
        assertThat(fixture.found("&from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00Z"))
                .isEmpty();
        assertThat(fixture.found("&from=" + Api.encode("2000-01-01T00:00:00+02:00")))
                .hasSize(1);
        assertThat(fixture.found("&from=2100-01-01T00:00:00Z")).isEmpty();
    }

    @Test
    void theDefaultOrderIsTheNewestFirst() {
        Fixture fixture = new Fixture(3);
        List<String> newestFirst = new ArrayList<>(fixture.ids);
        Collections.reverse(newestFirst);
        assertThat(fixture.found("")).isEqualTo(newestFirst);
        assertThat(fixture.found("&sortBy=scheduledAt&sortOrder=desc")).isEqualTo(newestFirst);
        assertThat(fixture.found("&sortBy=scheduled_at&sortOrder=asc")).isEqualTo(fixture.ids);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "taskName", "task_name"})
    void tiesGoByExecutionIdInTheSameDirection(String sort) {
        Fixture fixture = new Fixture(3);
        List<String> ids = new ArrayList<>(fixture.ids);
        Collections.sort(ids);
        assertThat(fixture.found("&sortOrder=asc&sortBy=" + sort)).isEqualTo(ids);
        Collections.reverse(ids);
        assertThat(fixture.found("&sortBy=" + sort)).isEqualTo(ids);
    }

    @Test
    void textSortsInByteOrder() {
        String prefix = Api.newId();
        for (String task : List.of("b-" + prefix, "B-" + prefix, "ä-" + prefix, "_-" + prefix)) {
            Api.started(prefix + task.codePointAt(0), task, "1");
        }
        JsonNode list = Api.get(Api.EXECUTIONS + "?search=" + prefix + "&sortBy=taskName&sortOrder=asc")
                .json();
        assertThat(list)
                .extracting(each -> each.path("name").asText())
                .containsExactly("B-" + prefix, "_-" + prefix, "b-" + prefix, "ä-" + prefix);
        list.findValuesAsText("durableExecutionId").forEach(id -> Api.cancel(id).is(204));
    }

    @Test
    void limitAndOffsetCutAPage() {
        Fixture fixture = new Fixture(3);
        assertThat(fixture.found("&sortOrder=asc&limit=2")).isEqualTo(fixture.ids.subList(0, 2));
        assertThat(fixture.found("&sortOrder=asc&limit=2&offset=2")).isEqualTo(fixture.ids.subList(2, 3));
        assertThat(fixture.found("&limit=0")).isEmpty();
        assertThat(fixture.found("&limit=1000")).hasSize(3);
        assertThat(fixture.found("&offset=1000")).isEmpty();
    }

    @Test
    void theDefaultLimitIsTwenty() {
        Fixture fixture = new Fixture(21);
        assertThat(fixture.found("")).hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status=Completed",
                "status=done",
                "sortBy=name",
                "sortBy=version",
                "sortOrder=up",
                "sortOrder=ASCENDING",
                "limit=-1",
                "limit=1001",
                "limit=x",
                "limit=1.5",
                "offset=-1",
                "offset=x",
                "from=2024-01-01",
                "to=2024-01-01",
                "from=yesterday",
                "from=2024-01-01T00:00:00",
                "cursor=garbage!"
            })
    void aParameterThatMakesNoSenseIs400ThatNamesIt(String parameter) {
        Api.get(Api.EXECUTIONS + "?" + parameter).isProblem(400, parameter.substring(0, parameter.indexOf('=')));
    }

    @Test
    void anEmptyValueIsNoFilter() {
        Fixture fixture = new Fixture(1);
        assertThat(fixture.found("&status=&taskName=&from=&to=&sortBy=&sortOrder=&limit=&offset=&cursor="))
                .hasSize(1);
    }

    @Test
    void cursorsLeadThroughAllPagesWithoutRepeatOrLoss() {
        Fixture fixture = new Fixture(5);
        for (String order : List.of("", "&sortBy=taskName", "&sortBy=status&sortOrder=asc", "&sortOrder=asc")) {
            List<String> all = fixture.found(order);
            assertThat(all).hasSize(5);
            List<String> paged = new ArrayList<>();
            Optional<String> page = Optional.of(fixture.list("") + order + "&limit=2");
            int pages = 0;
            while (page.isPresent()) {
                assertThat(++pages).as("pages of 5 rows").isLessThanOrEqualTo(4);
                Answer answer = Api.get(page.get()).is(200);
                paged.addAll(answer.json().findValuesAsText("durableExecutionId"));
                page = next(answer);
            }
            assertThat(paged).as("order " + order).isEqualTo(all);
        }
    }

    @Test
    void theLastPageHasNoNext() {
        Fixture fixture = new Fixture(1);
        assertThat(next(Api.get(fixture.list("&limit=20")).is(200))).isEmpty();
    }

    @Test
    void aCursorTogetherWithAnOffsetIs400() {
        Fixture fixture = new Fixture(2);
        String next = next(Api.get(fixture.list("&limit=1")).is(200)).orElseThrow();
        Api.get(next).is(200);
        Api.get(next + "&offset=1").isProblem(400);
    }

    private static Optional<String> next(Answer answer) {
        return answer.header("link").map(NEXT::matcher).filter(Matcher::find).map(found -> {
            String link = found.group(1);
            return link.startsWith("http") ? link.replaceFirst("https?://[^/]+", "") : link;
        });
    }

    /** Some completed executions that share a prefix, in the order of their starts. */
    private static final class Fixture {
        private final String prefix = Api.newId() + "-";
        private final List<String> ids = new ArrayList<>();

        Fixture(int count) {
            for (int i = 0; i < count; i++) {
                String id = prefix + (count - i + 100);
                Api.started(id, "echo", "1");
                Api.ended(id);
                ids.add(id);
            }
        }

        String list(String parameters) {
            return Api.EXECUTIONS + "?" + (parameters.isEmpty() ? "" : parameters.substring(1) + "&") + "search="
                    + prefix;
        }

        List<String> found(String parameters) {
            return Api.get(list(parameters)).is(200).json().findValuesAsText("durableExecutionId");
        }
    }
}
