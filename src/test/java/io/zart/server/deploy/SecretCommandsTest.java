package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Secret;
import io.zart.server.config.ApiKey;
import io.zart.server.config.DatabaseUrl;
import io.zart.server.config.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands by which the guide makes the Secrets make those that the manifests ask for. */
class SecretCommandsTest {

    private static final Path GUIDE = Manifests.ROOT.resolve("README.md");
    private static final Pattern COMMANDS = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    /** Shows what would be made, instead of asking a cluster. */
    private static final String NO_CLUSTER =
            "kubectl() { echo ---; command kubectl \"$@\" --dry-run=client -o yaml; }\n";

    @TempDir
    Path folder;

    @BeforeEach
    void needsKubectl() {
        assumeTrue(Manifests.canRender(), "kubectl is not on this machine");
    }

    @Test
    void theKeysAreThoseThatTheServiceKnowsAndKedaHasOneOfAViewer() throws Exception {
        Map<String, Secret> made = made();
        List<ApiKey> keys = ApiKey.parseAll(text(made.get("zart-server-api-keys"), "keys"));
        assertThat(keys).extracting(ApiKey::name).containsExactly("shop", "operations", "keda");
        String token = text(made.get("zart-server-keda"), "token");
        assertThat(token).matches("[0-9a-f]{64}");
        assertThat(keys.get(2).hasHash(ApiKey.hash(token))).isTrue();
        assertThat(keys.get(2).roles()).containsExactly(Role.VIEWER);
        assertThat(folder.resolve("keys")).as("what was only on the way").doesNotExist();
    }

    @Test
    void theDatabaseIsAskedForItsCertificate() throws Exception {
        Map<String, Secret> made = made();
        for (String name : List.of("zart-server-database", "zart-server-migration")) {
            assertThat(DatabaseUrl.parse(text(made.get(name), "url")).sslMode()).isEqualTo("verify-full");
        }
    }

    @Test
    void everySecretThatAPodNeedsIsMadeWithTheKeysThatItNeeds() throws Exception {
        Map<String, Secret> made = made();
        for (Manifest manifest : Manifests.rendered(Manifests.ROOT.resolve("overlays/production"))) {
            manifest.pod().ifPresent(pod -> {
                pod.getContainers().stream()
                        .flatMap(container -> container.getEnv().stream())
                        .map(EnvVar::getValueFrom)
                        .map(source -> source.getSecretKeyRef())
                        .forEach(key -> assertThat(data(made, key.getName())).containsKey(key.getKey()));
                pod.getVolumes().stream()
                        .map(volume -> volume.getSecret())
                        .filter(java.util.Objects::nonNull)
                        .forEach(secret -> secret.getItems()
                                .forEach(item -> assertThat(data(made, secret.getSecretName()))
                                        .containsKey(item.getKey())));
            });
        }
    }

    private static Map<String, String> data(Map<String, Secret> made, String name) {
        assertThat(made).containsKey(name);
        return made.get(name).getData();
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(secret.getData().get(key)), StandardCharsets.UTF_8);
    }

    /** Runs the guide's commands as they are written. */
    private Map<String, Secret> made() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("ca.crt"), "a certificate");
        Path output = folder.resolve("output");
        ProcessBuilder shell = new ProcessBuilder("sh", "-eu", "-c", NO_CLUSTER + commands())
                .directory(folder.toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        shell.environment().put("SERVICE_PASSWORD", "one");
        shell.environment().put("OWNER_PASSWORD", "another");
        Process running = shell.start();
        assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.exitValue()).isZero();
        Map<String, Secret> made = new TreeMap<>();
        for (Manifest manifest : Manifests.read("the guide", Files.readString(output))) {
            Secret secret = (Secret) manifest.object();
            assertThat(secret.getMetadata().getNamespace()).isEqualTo("zart");
            made.put(secret.getMetadata().getName(), secret);
        }
        return made;
    }

    private static String commands() throws IOException {
        StringBuilder commands = new StringBuilder();
        Matcher blocks = COMMANDS.matcher(Files.readString(GUIDE));
        while (blocks.find()) {
            commands.append(blocks.group(1));
        }
        return commands.toString();
    }
}
