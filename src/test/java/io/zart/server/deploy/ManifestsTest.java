package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.zart.server.config.MigrateMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests are what the cluster will accept, and keep the rules that matter. */
class ManifestsTest {

    private static final List<Manifest> FILES = Manifests.files();
    private static final Set<String> SETTINGS = SettingNames.all();

    @Test
    void aFieldThatTheModelDoesNotKnowIsAnError() {
        assertThatThrownBy(() -> Manifests.read("test", "apiVersion: v1\nkind: Service\nspec:\n  selectors: {}\n"))
                .hasMessageContaining("selectors");
    }

    @Test
    void everyOverlayRendersIntoTheModel() throws Exception {
        assumeTrue(Manifests.canRender(), "kubectl is not on this machine");
        for (Path overlay : Manifests.overlays()) {
            List<Manifest> rendered = Manifests.rendered(overlay);
            assertThat(rendered).as("%s", overlay).extracting(Manifest::kind).contains("Deployment", "Service");
            podsAreRestricted(rendered);
            selectorsMeetPods(rendered);
            settingsExist(rendered);
        }
    }

    @Test
    void everyPodKeepsTheRestrictedProfile() {
        podsAreRestricted(FILES);
    }

    private static void podsAreRestricted(List<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            manifest.pod().ifPresent(pod -> {
                assertThat(pod.getSecurityContext().getRunAsNonRoot())
                        .as("%s", manifest)
                        .isTrue();
                assertThat(pod.getSecurityContext().getRunAsUser())
                        .as("%s", manifest)
                        .isPositive();
                assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                        .as("%s", manifest)
                        .isEqualTo("RuntimeDefault");
                assertThat(pod.getAutomountServiceAccountToken())
                        .as("%s", manifest)
                        .isFalse();
                pod.getContainers().forEach(container -> containerIsRestricted(manifest, container));
            });
        }
    }

    private static void containerIsRestricted(Manifest manifest, Container container) {
        var context = container.getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).as("%s", manifest).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).as("%s", manifest).isTrue();
        assertThat(context.getCapabilities().getDrop()).as("%s", manifest).containsExactly("ALL");
        assertThat(container.getResources().getRequests()).as("%s", manifest).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits()).as("%s", manifest).containsKey("memory");
        assertThat(container.getImage()).as("%s", manifest).doesNotEndWith(":latest");
    }

    @Test
    void theServiceIsProbedWhereItAnswers() {
        Container container = server().getContainers().get(0);
        assertThat(probePath(container.getStartupProbe())).isEqualTo("/healthz");
        assertThat(probePath(container.getLivenessProbe())).isEqualTo("/healthz");
        assertThat(probePath(container.getReadinessProbe())).isEqualTo("/readyz");
        for (Probe probe :
                List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
            assertThat(container.getPorts())
                    .extracting(ContainerPort::getName)
                    .contains(probe.getHttpGet().getPort().getStrVal());
        }
    }

    private static String probePath(Probe probe) {
        return probe.getHttpGet().getPath();
    }

    @Test
    void everySelectorMeetsPods() {
        selectorsMeetPods(FILES);
    }

    private static void selectorsMeetPods(List<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            selector(manifest.object())
                    .ifPresent(selector -> assertThat(manifests)
                            .as("%s selects %s", manifest, selector)
                            .anyMatch(other -> other.podLabels().entrySet().containsAll(selector.entrySet())));
        }
    }

    private static java.util.Optional<Map<String, String>> selector(Object object) {
        if (object instanceof Service service) {
            return java.util.Optional.of(service.getSpec().getSelector());
        }
        if (object instanceof Deployment deployment) {
            return java.util.Optional.of(deployment.getSpec().getSelector().getMatchLabels());
        }
        if (object instanceof PodDisruptionBudget budget) {
            return java.util.Optional.of(budget.getSpec().getSelector().getMatchLabels());
        }
        if (object instanceof NetworkPolicy policy) {
            return java.util.Optional.of(policy.getSpec().getPodSelector().getMatchLabels());
        }
        return java.util.Optional.empty();
    }

    @Test
    void theServiceOfTheMonitorHasTheLabelsThatItSelects() {
        ServiceMonitor monitor = only(ServiceMonitor.class);
        Service service = service("zart-server");
        assertThat(service.getMetadata().getLabels())
                .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
        monitor.getSpec()
                .getEndpoints()
                .forEach(endpoint -> assertThat(portNames(service)).contains(endpoint.getPort()));
    }

    @Test
    void everyPortExists() {
        for (Service service : all(Service.class).toList()) {
            Set<String> offered = containerPorts(service.getSpec().getSelector());
            service.getSpec()
                    .getPorts()
                    .forEach(port ->
                            assertThat(offered).contains(port.getTargetPort().getStrVal()));
        }
        for (NetworkPolicy policy : all(NetworkPolicy.class).toList()) {
            Set<String> offered =
                    containerPorts(policy.getSpec().getPodSelector().getMatchLabels());
            policy.getSpec().getIngress().stream()
                    .flatMap(rule -> rule.getPorts().stream())
                    .map(port -> port.getPort())
                    .map(IntOrString::getStrVal)
                    .filter(Objects::nonNull)
                    .forEach(port -> assertThat(offered).contains(port));
        }
        only(Ingress.class).getSpec().getRules().stream()
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .map(path -> path.getBackend().getService())
                .forEach(backend -> assertThat(portNames(service(backend.getName())))
                        .contains(backend.getPort().getName()));
        Map<String, String> settings = Manifests.settings(Manifests.ROOT.resolve("base/settings.env"));
        assertThat(server().getContainers().get(0).getPorts().get(0).getContainerPort())
                .hasToString(settings.get("QUARKUS_HTTP_PORT"));
    }

    @Test
    void theAutoscalersScaleTheDeployment() {
        var target = only(HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef();
        var scaled = only(Keda.ScaledObject.class).spec();
        Deployment deployment = only(Deployment.class);
        assertThat(target.getName()).isEqualTo(deployment.getMetadata().getName());
        assertThat(scaled.scaleTargetRef().name())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(deployment.getSpec().getReplicas())
                .as("replicas would fight the autoscaler")
                .isNull();
        scaled.triggers().stream()
                .filter(trigger -> trigger.type().equals("metrics-api"))
                .forEach(trigger -> assertThat(trigger.metadata().get("url"))
                        .endsWith(":8080/api/v1/stats/queues")
                        .startsWith("http://zart-server.zart.svc"));
    }

    @Test
    void everySettingExistsInTheConfiguration() throws Exception {
        settingsExist(FILES);
        try (Stream<Path> files = Files.walk(Manifests.ROOT)) {
            files.filter(path -> path.endsWith("settings.env"))
                    .forEach(file -> assertThat(SETTINGS)
                            .as("%s", file)
                            .containsAll(Manifests.settings(file).keySet()));
        }
    }

    private static void settingsExist(List<Manifest> manifests) {
        for (Manifest manifest : manifests) {
            manifest.pod().stream()
                    .flatMap(pod -> pod.getContainers().stream())
                    .flatMap(container -> container.getEnv().stream())
                    .map(EnvVar::getName)
                    .filter(name -> !name.startsWith("PG") && !name.startsWith("POSTGRES_"))
                    .forEach(name -> assertThat(SETTINGS).as("%s", manifest).contains(name));
            if (manifest.object() instanceof io.fabric8.kubernetes.api.model.ConfigMap map) {
                assertThat(SETTINGS)
                        .as("%s", manifest)
                        .containsAll(map.getData().keySet());
            }
        }
    }

    @Test
    void theMigrationJobMigratesWithARoleOfItsOwn() {
        Container container = FILES.stream()
                .filter(manifest -> manifest.kind().equals("Job"))
                .flatMap(manifest -> manifest.pod().stream())
                .findFirst()
                .orElseThrow()
                .getContainers()
                .get(0);
        assertThat(container.getArgs()).containsExactly(MigrateMode.ARGUMENT);
        assertThat(container.getEnv())
                .extracting(
                        variable -> variable.getValueFrom().getSecretKeyRef().getName())
                .containsOnly("zart-server-migration");
    }

    private static PodSpec server() {
        return only(Deployment.class).getSpec().getTemplate().getSpec();
    }

    private static Set<String> containerPorts(Map<String, String> selector) {
        return FILES.stream()
                .filter(manifest -> manifest.podLabels().entrySet().containsAll(selector.entrySet()))
                .flatMap(manifest -> manifest.pod().stream())
                .flatMap(pod -> pod.getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .map(ContainerPort::getName)
                .collect(java.util.stream.Collectors.toSet());
    }

    private static List<String> portNames(Service service) {
        return service.getSpec().getPorts().stream().map(port -> port.getName()).toList();
    }

    private static Service service(String name) {
        return all(Service.class)
                .filter(service -> service.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static <T> Stream<T> all(Class<T> type) {
        return FILES.stream().map(Manifest::object).filter(type::isInstance).map(type::cast);
    }

    private static <T> T only(Class<T> type) {
        List<T> found = all(type).toList();
        assertThat(found).as(type.getSimpleName()).hasSize(1);
        return found.get(0);
    }
}
