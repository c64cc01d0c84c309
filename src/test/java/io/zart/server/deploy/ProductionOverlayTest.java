package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecretVolumeSource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Production lets nobody in without a key, watches it on a port of its own, and knows its database by its certificate. */
class ProductionOverlayTest {

    private static final String CA_FILE = "/etc/zart/database/ca.crt";

    @BeforeEach
    void needsKubectl() {
        assumeTrue(Manifests.canRender(), "kubectl is not on this machine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "production-keda", "production-gateway"})
    void securityIsOnWithTheKeysOfASecret(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        Map<String, String> settings = rendered.settings();
        assertThat(settings).containsEntry("ZART_SECURITY_ENABLED", "true");
        Path keys = Path.of(settings.get("ZART_SECURITY_API_KEYS_FILE"));
        SecretVolumeSource secret = mounted(rendered.server(), keys).orElseThrow();
        assertThat(secret.getSecretName()).isEqualTo("zart-server-api-keys");
        assertThat(secret.getDefaultMode() & 0007)
                .as("others may not read the keys")
                .isZero();
        assertThat(rendered.server().getSecurityContext().getFsGroup())
                .as("the group of the process may read them")
                .isEqualTo(rendered.server().getSecurityContext().getRunAsGroup());
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "production-keda", "production-gateway"})
    void probesAndMetricsAreOnAPortThatNeedsNoKeyAndIsNotPublished(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        Container container = rendered.server().getContainers().get(0);
        ContainerPort management = port(container, "management");
        assertThat(management.getContainerPort())
                .hasToString(rendered.settings().get("ZART_MANAGEMENT_PORT"))
                .isNotEqualTo(port(container, "http").getContainerPort());
        for (Probe probe :
                List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())) {
            assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
        }
        Service service = rendered.only(Service.class);
        ServiceMonitor monitor = rendered.only(ServiceMonitor.class);
        assertThat(monitor.getSpec().getEndpoints())
                .allSatisfy(endpoint ->
                        assertThat(target(service, endpoint.getPort())).isEqualTo("management"));
        rendered.all(Ingress.class).stream()
                .flatMap(ingress -> ingress.getSpec().getRules().stream())
                .flatMap(rule -> rule.getHttp().getPaths().stream())
                .forEach(path -> assertThat(
                                path.getBackend().getService().getPort().getName())
                        .isEqualTo("http"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "production-keda", "production-gateway"})
    void whoMonitorsGetsToTheManagementPortAndToNothingElse(String overlay) throws Exception {
        List<NetworkPolicyIngressRule> rules =
                Rendered.of(overlay).only(NetworkPolicy.class).getSpec().getIngress();
        assertThat(reachable(rules, "zart.io/monitoring")).containsExactly("management");
        assertThat(reachable(rules, "zart.io/client")).containsExactly("http");
    }

    @ParameterizedTest
    @ValueSource(strings = {"production", "production-keda", "production-gateway"})
    void theServiceAndTheMigrationsKnowTheAuthorityOfTheDatabase(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        PodSpec job = rendered.only(Job.class).getSpec().getTemplate().getSpec();
        for (PodSpec pod : List.of(rendered.server(), job)) {
            assertThat(mounted(pod, Path.of(CA_FILE)).orElseThrow().getSecretName())
                    .isEqualTo("zart-server-database-ca");
        }
        assertThat(Files.readString(Manifests.ROOT.resolve("README.md")))
                .contains("sslmode=verify-full&sslrootcert=" + CA_FILE);
    }

    @ParameterizedTest
    @ValueSource(strings = "production-keda")
    void theAutoscalerShowsAKeyWithEachQuestion(String overlay) throws Exception {
        Rendered rendered = Rendered.of(overlay);
        Map<String, Keda.TriggerAuthentication> authentications = new TreeMap<>();
        rendered.all(Keda.TriggerAuthentication.class)
                .forEach(one -> authentications.put(one.metadata().getName(), one));
        List<Keda.Trigger> asking = rendered.only(Keda.ScaledObject.class).spec().triggers().stream()
                .filter(trigger -> trigger.type().equals("metrics-api"))
                .toList();
        assertThat(asking).hasSize(2).allSatisfy(trigger -> {
            assertThat(trigger.metadata()).containsEntry("authMode", "bearer");
            var authentication = authentications.get(trigger.authenticationRef().name());
            assertThat(authentication.spec().secretTargetRef()).singleElement().satisfies(target -> {
                assertThat(target.parameter()).isEqualTo("token");
                assertThat(target.name()).isEqualTo("zart-server-keda");
            });
        });
    }

    /** The Secret of which that file is made in the pod. */
    private static Optional<SecretVolumeSource> mounted(PodSpec pod, Path file) {
        Optional<String> volume = pod.getContainers().get(0).getVolumeMounts().stream()
                .filter(mount -> Path.of(mount.getMountPath()).equals(file.getParent()))
                .filter(VolumeMount::getReadOnly)
                .map(VolumeMount::getName)
                .findFirst();
        return pod.getVolumes().stream()
                .filter(one -> volume.filter(one.getName()::equals).isPresent())
                .map(one -> one.getSecret())
                .filter(secret -> secret.getItems().stream()
                        .anyMatch(
                                item -> item.getPath().equals(file.getFileName().toString())))
                .findFirst();
    }

    private static List<String> reachable(List<NetworkPolicyIngressRule> rules, String label) {
        return rules.stream()
                .filter(rule -> rule.getFrom().stream()
                        .anyMatch(peer -> peer.getNamespaceSelector() != null
                                && peer.getNamespaceSelector().getMatchLabels().containsKey(label)))
                .flatMap(rule -> rule.getPorts().stream())
                .map(port -> port.getPort().getStrVal())
                .toList();
    }

    private static ContainerPort port(Container container, String name) {
        return container.getPorts().stream()
                .filter(port -> port.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String target(Service service, String port) {
        return service.getSpec().getPorts().stream()
                .filter(one -> one.getName().equals(port))
                .map(ServicePort::getTargetPort)
                .findFirst()
                .orElseThrow()
                .getStrVal();
    }
}
