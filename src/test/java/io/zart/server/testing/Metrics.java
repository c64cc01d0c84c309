package io.zart.server.testing;

/** Reads numbers from the Prometheus text of a service. */
public final class Metrics {

    private Metrics() {}

    /** The sum of all series of that name whose labels contain that text. */
    public static double sum(String text, String name, String labels) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
