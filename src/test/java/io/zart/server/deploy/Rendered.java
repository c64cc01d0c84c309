package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An overlay as the cluster gets it.
 *
 * @param manifests its objects
 */
record Rendered(List<Manifest> manifests) {

    static Rendered of(String overlay) throws IOException, InterruptedException {
        return new Rendered(
                Manifests.rendered(Manifests.ROOT.resolve("overlays").resolve(overlay)));
    }

    <T> List<T> all(Class<T> type) {
        return manifests.stream()
                .map(Manifest::object)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    <T> T only(Class<T> type) {
        assertThat(all(type)).as(type.getSimpleName()).hasSize(1);
        return all(type).get(0);
    }

    /** The pods of the service. */
    PodSpec server() {
        return only(Deployment.class).getSpec().getTemplate().getSpec();
    }

    /** What the service's environment is set to, apart from Secrets. */
    Map<String, String> settings() {
        return only(ConfigMap.class).getData();
    }
}
