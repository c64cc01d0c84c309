package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.zart.server.api.StatsResource;
import io.zart.server.config.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every overlay keeps to, as it is rendered: what it names is there, and its times fit each other. */
class OverlayRulesTest {

    /** For closing what is open, beyond what the settings allow. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    @BeforeEach
    void needsKubectl() {
        assumeTrue(Manifests.canRender(), "kubectl is not on this machine");
    }

    static Stream<String> overlays() {
        return Manifests.overlays().stream().map(folder -> folder.getFileName().toString());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whatAPodRefersToIsThereOrAmongTheSecretsThatTheReadmeAsksFor(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        assertThat(References.targets(rendered)).as(overlay).containsAll(References.of(rendered));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theServiceHasThreeProbesOnAPortThatItOpens(String overlay) throws Exception {
        Container server = Rendered.of(overlay).server().getContainers().get(0);
        Set<String> ports =
                server.getPorts().stream().map(ContainerPort::getName).collect(Collectors.toSet());
        List<Probe> probes = List.of(server.getStartupProbe(), server.getLivenessProbe(), server.getReadinessProbe());
        assertThat(probes)
                .allSatisfy(probe ->
                        assertThat(ports).contains(probe.getHttpGet().getPort().getStrVal()));
        assertThat(probes)
                .extracting(probe -> probe.getHttpGet().getPath())
                .containsExactly("/healthz", "/healthz", "/readyz");
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void theGracePeriodLastsUntilTheDrainIsOver(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        long pause = rendered.server()
                .getContainers()
                .get(0)
                .getLifecycle()
                .getPreStop()
                .getSleep()
                .getSeconds();
        Duration longest = Duration.ofSeconds(pause)
                .plus(setting(rendered, "QUARKUS_SHUTDOWN_DELAY"))
                .plus(setting(rendered, "QUARKUS_SHUTDOWN_TIMEOUT"))
                .plus(setting(rendered, "ZART_DRAIN_TIMEOUT"))
                .plus(MARGIN);
        assertThat(rendered.server().getTerminationGracePeriodSeconds()).isGreaterThanOrEqualTo(longest.toSeconds());
    }

    /** As the overlay sets it, or as it is by default. */
    private static Duration setting(Rendered rendered, String variable) throws IOException {
        String value = rendered.settings().get(variable);
        if (value == null && variable.startsWith("ZART_")) {
            value = SettingsReference.entries().stream()
                    .filter(entry -> entry.variable().equals(variable))
                    .findFirst()
                    .orElseThrow()
                    .byDefault();
        } else if (value == null) {
            Properties defaults = new Properties();
            try (InputStream file = Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
                defaults.load(file);
            }
            value = defaults.getProperty(
                    variable.toLowerCase(java.util.Locale.ROOT).replace('_', '.'));
        }
        return Durations.parse(value);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void podsAreSpreadOverZonesAndNodesByTheirOwnLabels(String overlay) throws Exception {
        Deployment deployment = Rendered.of(overlay).only(Deployment.class);
        List<TopologySpreadConstraint> constraints =
                deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints();
        assertThat(constraints)
                .extracting(TopologySpreadConstraint::getTopologyKey)
                .containsExactlyInAnyOrder("topology.kubernetes.io/zone", "kubernetes.io/hostname");
        Map<String, String> labels =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        assertThat(constraints)
                .allSatisfy(one -> assertThat(labels)
                        .containsAllEntriesOf(one.getLabelSelector().getMatchLabels()));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void whateverLeadsToTheServiceOutlastsTheLongestWaitAndEndsAtItsPort(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        Duration longest = longestWait();
        List<Duration> timeouts = new ArrayList<>();
        rendered.all(HTTPRoute.class).stream()
                .flatMap(route -> route.getSpec().getRules().stream())
                .forEach(rule -> {
                    timeouts.add(Durations.parse(rule.getTimeouts().getRequest()));
                    timeouts.add(Durations.parse(rule.getTimeouts().getBackendRequest()));
                    rule.getBackendRefs()
                            .forEach(backend -> assertThat(servicePorts(rendered))
                                    .contains(backend.getName() + " " + backend.getPort()));
                });
        rendered.all(Ingress.class).stream()
                .map(ingress -> ingress.getMetadata().getAnnotations())
                .forEach(notes -> Stream.of("read", "send")
                        .map(kind -> notes.get("nginx.ingress.kubernetes.io/proxy-" + kind + "-timeout"))
                        .forEach(seconds -> timeouts.add(Duration.ofSeconds(Long.parseLong(seconds)))));
        assertThat(timeouts).as(overlay).allSatisfy(time -> assertThat(time).isGreaterThan(longest));
        assertThat(timeouts.isEmpty()).as(overlay).isEqualTo(overlay.equals("dev"));
    }

    private static Set<String> servicePorts(Rendered rendered) {
        Set<String> ports = new TreeSet<>();
        for (Service service : rendered.all(Service.class)) {
            for (ServicePort port : service.getSpec().getPorts()) {
                ports.add(service.getMetadata().getName() + " " + port.getPort());
            }
        }
        return ports;
    }

    /** What the reference of the settings allows. */
    private static Duration longestWait() throws IOException {
        String text = SettingsReference.entries().stream()
                .filter(entry -> entry.variable().equals("ZART_WAIT_MAX"))
                .findFirst()
                .orElseThrow()
                .text();
        Matcher range = Pattern.compile("from \\S+ to (\\w+)").matcher(text);
        assertThat(range.find()).as(text).isTrue();
        return Durations.parse(range.group(1));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void oneAutoscalerScalesByWhatTheServiceAnswers(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        List<Keda.ScaledObject> scaled = rendered.all(Keda.ScaledObject.class);
        assertThat(rendered.all(HorizontalPodAutoscaler.class).size() + scaled.size())
                .isEqualTo(1);
        Set<String> answered = Stream.of(StatsResource.Queues.class.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
        scaled.stream()
                .flatMap(one -> one.spec().triggers().stream())
                .filter(trigger -> trigger.type().equals("metrics-api"))
                .forEach(trigger ->
                        assertThat(answered).contains(trigger.metadata().get("valueLocation")));
    }
}
