package io.zart.server.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.zart.server.security.RouteTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The guides say what the program does. {@code -Dsettings.reference.write=true} writes the table of settings anew. */
class OperationsGuideTest {

    private static final Path GUIDE = Path.of("src/main/docs/operations.md");
    private static final String BEGIN = "<!-- settings: made from ZartConfig by OperationsGuideTest -->\n";
    private static final String END = "<!-- end of settings -->";

    @Test
    void theTableOfSettingsIsTheOneOfTheConfiguration() throws IOException {
        String guide = Files.readString(GUIDE);
        int begin = guide.indexOf(BEGIN) + BEGIN.length();
        int end = guide.indexOf(END);
        if (Boolean.getBoolean("settings.reference.write")) {
            Files.writeString(GUIDE, guide.substring(0, begin) + SettingsReference.table() + guide.substring(end));
        }
        String written = Files.readString(GUIDE);
        assertThat(written.substring(begin, written.indexOf(END))).isEqualTo(SettingsReference.table());
    }

    @Test
    void everySettingThatTheGuidesNameExists() throws IOException {
        Set<String> known = SettingNames.all();
        for (Path guide : new Path[] {GUIDE, Path.of("SECURITY.md"), Path.of("k8s/README.md"), Path.of("README.md")}) {
            Set<String> named = new TreeSet<>();
            Matcher names = Pattern.compile("\\b(?:ZART|QUARKUS)_[A-Z0-9_]+").matcher(Files.readString(guide));
            while (names.find()) {
                named.add(names.group());
            }
            named.removeAll(Set.of("ZART_DOCKERFILE", "ZART_PORT"));
            assertThat(known).as("%s", guide).containsAll(named);
        }
    }

    @Test
    void everyTestThatTheThreatModelNamesIsThere() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        Matcher named =
                Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`").matcher(Files.readString(Path.of("SECURITY.md")));
        int found = 0;
        while (named.find()) {
            assertThat(tests).containsKey(named.group(1));
            if (named.group(2) != null) {
                assertThat(tests.get(named.group(1))).as(named.group(1)).contains("void " + named.group(2) + "(");
            }
            found++;
        }
        assertThat(found).isGreaterThan(10);
    }

    @Test
    void everyRoleOfTheTableIsExplained() throws IOException {
        String security = Files.readString(Path.of("SECURITY.md"));
        RouteTable.rules().stream()
                .flatMap(rule -> rule.roles().stream())
                .forEach(role -> assertThat(security).contains(role.wire()));
    }
}
