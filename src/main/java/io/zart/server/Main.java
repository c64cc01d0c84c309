package io.zart.server;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The program: checks the settings, provides a database, runs the service. */
@QuarkusMain
public final class Main {

    private Main() {}

    /**
     * Runs the service until it is told to stop.
     *
     * @param args the program's arguments
     */
    public static void main(String... args) {
        Quarkus.run(args);
    }
}
