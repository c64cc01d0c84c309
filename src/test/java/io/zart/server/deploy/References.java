package io.zart.server.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** ConfigMaps, Secrets and accounts: which are named, and which are there. */
final class References {

    private static final Pattern ASKED_FOR = Pattern.compile("(?m)^\\| `(zart-server-[a-z-]+)` \\|");

    private References() {}

    /** What the overlay makes, and the Secrets that the README asks for. */
    static Set<String> targets(Rendered rendered) throws IOException {
        Set<String> there = new TreeSet<>();
        rendered.all(ConfigMap.class)
                .forEach(map -> there.add("ConfigMap " + map.getMetadata().getName()));
        rendered.all(Secret.class)
                .forEach(secret -> there.add("Secret " + secret.getMetadata().getName()));
        rendered.all(ServiceAccount.class)
                .forEach(one -> there.add("account " + one.getMetadata().getName()));
        Matcher asked = ASKED_FOR.matcher(Files.readString(Manifests.ROOT.resolve("README.md")));
        while (asked.find()) {
            there.add("Secret " + asked.group(1));
        }
        return there;
    }

    /** What pods and the Ingress name. */
    static Set<String> of(Rendered rendered) {
        Set<String> named = new TreeSet<>();
        for (Manifest manifest : rendered.manifests()) {
            manifest.pod().ifPresent(pod -> {
                if (pod.getServiceAccountName() != null) {
                    named.add("account " + pod.getServiceAccountName());
                }
                pod.getVolumes().stream()
                        .filter(volume -> volume.getSecret() != null)
                        .forEach(volume ->
                                named.add("Secret " + volume.getSecret().getSecretName()));
                pod.getContainers().forEach(container -> named.addAll(of(container)));
            });
        }
        rendered.all(Ingress.class).stream()
                .flatMap(ingress -> ingress.getSpec().getTls().stream())
                .forEach(tls -> named.add("Secret " + tls.getSecretName()));
        return named;
    }

    private static Set<String> of(Container container) {
        Set<String> named = new TreeSet<>();
        container
                .getEnvFrom()
                .forEach(from -> named.add("ConfigMap " + from.getConfigMapRef().getName()));
        container.getEnv().stream()
                .filter(variable -> variable.getValueFrom() != null)
                .forEach(variable -> named.add(
                        "Secret " + variable.getValueFrom().getSecretKeyRef().getName()));
        return named;
    }
}
