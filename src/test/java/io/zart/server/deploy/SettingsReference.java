package io.zart.server.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the reference of the settings out of the Javadoc of their interface. */
final class SettingsReference {

    private static final Path SOURCE = Path.of("src/main/java/io/zart/server/config/ZartConfig.java");
    private static final Pattern INTERFACE =
            Pattern.compile("(?m)^    interface (\\w+) \\{$(.*?)^    }$", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile(
            "/\\*\\*(?<doc>(?:(?!\\*/).)*)\\*/\\s*(?<annotations>(?:@\\w+(?:\\([^)]*\\))?\\s*)*)(?<type>[\\w<>.]+) (?<name>\\w+)\\(\\);",
            Pattern.DOTALL);
    private static final Pattern DEFAULT = Pattern.compile("@WithDefault\\(\"([^\"]*)\"\\)");
    private static final Pattern NAME = Pattern.compile("@WithName\\(\"([^\"]*)\"\\)");

    /**
     * One setting.
     *
     * @param byDefault null for none
     */
    record Entry(String property, String byDefault, String text) {

        String variable() {
            return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        }
    }

    private SettingsReference() {}

    /** Every setting, in the order of the interface. */
    static List<Entry> entries() throws IOException {
        String source = Files.readString(SOURCE);
        Map<String, String> groups = new HashMap<>();
        Matcher nested = INTERFACE.matcher(source);
        while (nested.find()) {
            groups.put(nested.group(1), nested.group(2));
        }
        List<Entry> entries = new ArrayList<>();
        add("zart", INTERFACE.matcher(source).replaceAll(""), groups, entries);
        return entries;
    }

    /** The table. */
    static String table() throws IOException {
        StringBuilder table = new StringBuilder("| variable | default | meaning |\n| --- | --- | --- |\n");
        for (Entry entry : entries()) {
            String shown = entry.byDefault() == null ? "" : "`" + entry.byDefault() + "`";
            table.append("| `")
                    .append(entry.variable())
                    .append("` | ")
                    .append(shown)
                    .append(" | ");
            table.append(entry.text()).append(" |\n");
        }
        return table.toString();
    }

    private static void add(String prefix, String body, Map<String, String> groups, List<Entry> entries) {
        Matcher member = MEMBER.matcher(body);
        while (member.find()) {
            String name = first(NAME, member.group("annotations"));
            String property = prefix + "." + (name == null ? kebab(member.group("name")) : name);
            if (groups.containsKey(member.group("type"))) {
                add(property, groups.get(member.group("type")), groups, entries);
            } else {
                entries.add(
                        new Entry(property, first(DEFAULT, member.group("annotations")), text(member.group("doc"))));
            }
        }
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String text(String doc) {
        return doc.replaceAll("(?m)^\\s*\\* ?", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\{@link #(\\w+)}", "`$1`")
                .replace("|", "\\|")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
