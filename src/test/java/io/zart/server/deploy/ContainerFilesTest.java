package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The container files keep the rules that matter. */
class ContainerFilesTest {

    private static final Path FOLDER = Path.of("docker");
    private static final Pattern IMAGE_ARGUMENT = Pattern.compile("(?m)^ARG (BUILDER|MAVEN|RUNTIME)=(\\S+)$");
    private static final Pattern PINNED = Pattern.compile("[^\\s:]+:v?\\d+\\.\\d+\\S*");

    @ParameterizedTest
    @ValueSource(strings = {"Dockerfile.native", "Dockerfile.jvm"})
    void anImageIsPinnedLabelledAndNotRoot(String file) throws IOException {
        String text = Files.readString(FOLDER.resolve(file));
        Matcher images = IMAGE_ARGUMENT.matcher(text);
        List<String> found = new ArrayList<>();
        while (images.find()) {
            found.add(images.group(2));
        }
        assertThat(found).isNotEmpty().allMatch(image -> PINNED.matcher(image).matches());
        assertThat(text)
                .containsPattern("(?m)^USER [1-9][0-9]*:[1-9][0-9]*$")
                .contains("org.opencontainers.image.version", "org.opencontainers.image.revision");
    }

    @Test
    void theNativeImageHasNothingButTheProgramAndWhatItLinksTo() throws IOException {
        assertThat(Files.readString(FOLDER.resolve("Dockerfile.native"))).containsPattern("(?m)^FROM scratch$");
    }

    @Test
    void theRuntimeOfTheJvmImageFitsASmallContainer() throws IOException {
        assertThat(Files.readString(FOLDER.resolve("Dockerfile.jvm")))
                .containsPattern("(?m)^ENV JAVA_TOOL_OPTIONS=\"-XX:\\+UseSerialGC -XX:MaxRAMPercentage=\\d+ ");
    }

    @Test
    void composeRunsTheServiceOnAReadOnlyFileSystemWithSettingsThatExist() throws IOException {
        JsonNode compose = new ObjectMapper(new YAMLFactory())
                .readTree(FOLDER.resolve("compose.yaml").toFile());
        JsonNode service = compose.path("services").path("zart-server");
        assertThat(service.path("read_only").asBoolean()).isTrue();
        assertThat(SettingNames.all())
                .containsAll(() -> service.path("environment").fieldNames());
        assertThat(compose.path("services").path("postgres").path("image").asText())
                .matches(PINNED);
        assertThat(service.path("build").path("dockerfile").asText()).contains("docker/Dockerfile.jvm");
    }
}
