package io.zart.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 13: health and metrics. */
abstract class HealthMetricsContract extends ServiceContract {

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/q/health/live", "/q/health/ready"})
    void aHealthyServiceIsUp(String path) {
        Answer answer = Api.get(path).is(200);
        assertThat(answer.text("status")).isEqualTo("UP");
        assertThat(answer.json().path("checks").isArray()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz", "/metrics"})
    void anotherMethodIs405(String path) {
        assertThat(Api.post(path, null).isProblem(405).header("allow")).contains("GET, HEAD");
    }

    @Test
    void metricsArePrometheusText() {
        Answer answer = Api.get("/metrics").is(200);
        assertThat(answer.header("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
        assertThat(answer.body()).contains("# TYPE ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "text/html,application/xml;q=0.9,*/*;q=0.8"})
    void metricsArePrometheusTextForWhomeverDoesNotNameAnotherFormat(String accept) {
        Answer answer = Api.get("/metrics", "Accept", accept).is(200);
        assertThat(answer.header("content-type").orElse("")).startsWith("text/plain; version=0.0.4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zart_executions_total{",
                "zart_steps_total{",
                "zart_step_duration_seconds",
                "zart_task_duration_seconds",
                "zart_queue_depth",
                "zart_worker_concurrent_tasks",
                "zart_events_delivered_total{",
                "zart_task_heartbeat_renewals_total"
            })
    void theMetricIsWritten(String name) {
        Api.run("five-steps", "null");
        String id = Api.active();
        Api.event(id, "approval", "1").is(202);
        Api.ended(id);
        assertThat(Api.get("/metrics").body()).contains("\n" + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zart_start_duration_seconds",
                "zart_step_duration_seconds",
                "zart_wait_wakeup_seconds",
                "zart_claim_duration_seconds",
                "zart_batch_duration_seconds",
                "zart_task_duration_seconds"
            })
    void aLatencyIsAHistogram(String name) {
        Api.run("five-steps", "null");
        assertThat(Api.get("/metrics").body().lines())
                .anyMatch(line -> line.startsWith("# TYPE " + name + " histogram"))
                .anyMatch(line -> line.startsWith(name + "_bucket{") && line.contains("le=\"+Inf\""));
    }

    @Test
    void executionsAreCountedByStatusAndTaskName() {
        Api.run("five-steps", "null");
        assertThat(Api.get("/metrics").body().lines())
                .anyMatch(line -> line.startsWith("zart_executions_total{")
                        && line.contains("status=\"completed\"")
                        && line.contains("task_name=\"five-steps\""));
    }

    @Test
    void stepsAreCountedByStatusAndStepName() {
        Api.run("five-steps", "null");
        assertThat(Api.get("/metrics").body().lines())
                .anyMatch(line -> line.startsWith("zart_steps_total{")
                        && line.contains("status=\"completed\"")
                        && line.contains("step_name=\"step-1\""));
    }

    @Test
    void noLabelTakesWhatAClientChose() {
        String mark = Api.newId();
        Api.started(mark, "task-" + mark, "1");
        Api.event(mark, "event-" + mark, "1").is(202);
        Api.cancel(mark).is(204);
        Api.get(Api.path(mark)).is(200);
        Api.get("/" + mark).is(404);
        Api.method("PATCH", Api.path(mark)).is(405);
        RawSocket.send("GET", Api.EXECUTIONS + "/" + mark + "%", new byte[0]).is(400);
        RawSocket.send(mark.substring(0, 12), Api.EXECUTIONS, new byte[0]).isProblem(405);
        assertThat(Api.get("/metrics").body()).doesNotContain(mark, mark.substring(0, 12));
    }
}
