import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Gathers what the rounds measured and prints one row for each workload and target. */
final class Report {

    /**
     * One round of one row.
     *
     * @param ratio to pgbench row by row in the same round; NaN for none
     * @param meter null for pgbench
     */
    record Sample(double rate, double p50, double p99, double ratio, Meter.Reading meter, int count, String note) {}

    private final Map<String, List<Sample>> rows = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    void add(String row, Sample sample) {
        rows.computeIfAbsent(row, unknown -> new ArrayList<>()).add(sample);
        System.err.printf(
                Locale.ROOT,
                "  %s: %.0f/s, p50 %.2f ms, p99 %.2f ms %s%n",
                row,
                sample.rate(),
                sample.p50(),
                sample.p99(),
                sample.note());
    }

    void line(String text) {
        lines.add(text);
    }

    String text() {
        StringBuilder text = new StringBuilder();
        text.append(
                "| workload, target | a second: min / median / max | × row by row | p50 / p99 ms | CPU s per 1,000: service | database"
                        + " | client | service MB | others % | |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        rows.forEach((row, samples) -> text.append(row(row, samples)));
        text.append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String row(String name, List<Sample> samples) {
        double[] rates = samples.stream().mapToDouble(Sample::rate).sorted().toArray();
        double ratio = median(samples.stream().mapToDouble(Sample::ratio).toArray());
        String others = samples.stream().anyMatch(s -> s.meter() != null)
                ? String.format(
                        Locale.ROOT,
                        "%.0f–%.0f",
                        samples.stream()
                                .mapToDouble(s -> s.meter().others())
                                .min()
                                .orElse(0),
                        samples.stream()
                                .mapToDouble(s -> s.meter().others())
                                .max()
                                .orElse(0))
                : "–";
        return String.format(
                Locale.ROOT,
                "| %s | %.0f / **%.0f** / %.0f | %s | %.2f / %.2f | %s | %s | %s | %s | %s | %s |%n",
                name,
                rates[0],
                median(rates),
                rates[rates.length - 1],
                Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.2f", ratio),
                median(samples.stream().mapToDouble(Sample::p50).toArray()),
                median(samples.stream().mapToDouble(Sample::p99).toArray()),
                each(samples, true, Meter.Reading::service),
                each(samples, true, Meter.Reading::database),
                each(samples, true, Meter.Reading::client),
                each(samples, false, Meter.Reading::rssMegabytes),
                others,
                samples.get(samples.size() - 1).note());
    }

    private interface Field {
        double of(Meter.Reading reading);
    }

    private static String each(List<Sample> samples, boolean perThousand, Field field) {
        double[] values = samples.stream()
                .filter(s -> s.meter() != null)
                .mapToDouble(s -> field.of(s.meter()) * (perThousand ? 1000.0 / Math.max(1, s.count()) : 1))
                .toArray();
        return values.length == 0 ? "–" : String.format(Locale.ROOT, perThousand ? "%.3f" : "%.0f", median(values));
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length % 2 == 1
                ? sorted[sorted.length / 2]
                : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }
}
