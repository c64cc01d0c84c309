package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** CONTRACT 6: cancel. */
abstract class CancelContract extends ServiceContract {

    @Test
    void cancelOfAnActiveExecutionIs204WithoutABody() {
        String id = Api.active();
        assertThat(Api.cancel(id).is(204).body()).isEmpty();
        assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("cancelled");
    }

    @Test
    void cancelAgainIs204() {
        Api.cancel(Api.cancelled()).is(204);
    }

    @Test
    void cancelOfACompletedExecutionIs409ThatSaysSo() {
        Api.cancel(Api.completed()).isProblem(409, "completed");
    }

    @Test
    void cancelOfAFailedExecutionIs409ThatSaysSo() {
        Api.cancel(Api.failed()).isProblem(409, "failed");
    }

    @Test
    void cancelOfAnUnknownExecutionIs404() {
        Api.cancel(Api.newId()).isProblem(404);
    }

    @Test
    void aBodyIsNotNeededButDoesNoHarm() {
        Api.post(Api.path(Api.active()) + "/cancel", "{\"reason\":\"x\"}").is(204);
    }

    @Test
    void afterTheCancelNoFurtherStepStartsAndNoResultIsRecorded() {
        String id = Api.newId();
        Api.started(id, "slow", "{\"ms\":500}");
        Api.cancel(id).is(204);
        Answer seen = Api.ended(id);
        assertThat(seen.text("status")).isEqualTo("cancelled");
        String version = seen.raw("version");
        String other = Api.newId();
        Api.started(other, "slow", "{\"ms\":700}");
        assertThat(Api.ended(other).text("status")).isEqualTo("completed");
        Answer later = Api.get(Api.path(id));
        assertThat(later.text("status")).isEqualTo("cancelled");
        assertThat(later.raw("result")).isEqualTo("null");
        assertThat(later.raw("version")).isEqualTo(version);
    }

    @Test
    void cancelWorksWhileScheduledForLater() {
        String id = Api.newId();
        Api.start("{\"executionId\":\"" + id + "\",\"taskName\":\"echo\",\"delaySecs\":3600}")
                .is(201);
        Api.cancel(id).is(204);
        assertThat(Api.get(Api.path(id)).text("status")).isEqualTo("cancelled");
    }

    @Test
    void eventsForACancelledExecutionAreRefused() {
        Api.event(Api.cancelled(), "approval", "1").isProblem(409, "cancelled");
    }
}
