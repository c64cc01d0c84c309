package io.zart.server.nativeimage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What the build of the native image is told. */
class NativeBuildTest {

    @Test
    void theProfileMakesABinaryAndLeavesOutTheEmbeddedDatabase() throws Exception {
        Document pom = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(Path.of("pom.xml").toFile());
        XPath find = XPathFactory.newInstance().newXPath();
        String properties = "/project/profiles/profile[id='native']/properties/*[name()='%s']";
        assertThat(find.evaluate(properties.formatted("quarkus.native.enabled"), pom))
                .isEqualTo("true");
        assertThat(find.evaluate(properties.formatted("quarkus.package.jar.enabled"), pom))
                .isEqualTo("false");
        assertThat(find.evaluate(properties.formatted("quarkus.class-loading.removed-artifacts"), pom))
                .isEqualTo("${embedded.artifacts}");
        String dependencies = "//dependencies/dependency[starts-with(groupId,'io.zonky')]/artifactId";
        NodeList embedded = (NodeList) find.evaluate(dependencies, pom, XPathConstants.NODESET);
        assertThat(embedded.getLength()).isPositive();
        List<String> removed = List.of(
                find.evaluate("/project/properties/embedded.artifacts", pom).split(","));
        for (int i = 0; i < embedded.getLength(); i++) {
            String artifact = ":" + embedded.item(i).getTextContent();
            assertThat(removed).anyMatch(one -> one.endsWith(artifact));
        }
    }

    @Test
    void everyMigrationIsInTheImage() throws IOException {
        String settings = Files.readString(Path.of("src/main/resources/application.properties"));
        assertThat(settings).contains("quarkus.native.resources.includes=db/migration/*.sql");
        try (Stream<Path> files = Files.walk(Path.of("src/main/resources/db"))) {
            assertThat(files.filter(Files::isRegularFile))
                    .isNotEmpty()
                    .allMatch(file -> file.getParent().endsWith("db/migration")
                            && file.toString().endsWith(".sql"));
        }
    }
}
