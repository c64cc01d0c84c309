package io.zart.server.execution;

import java.util.Collection;
import java.util.function.Supplier;

/**
 * Which task names somebody in this deployment serves at present. What other instances serve is known with a delay of a few
 * seconds. Thread-safe; never blocks and asks nobody when it is read.
 */
public interface ServedTasks {

    /** Whether somebody serves that name; also true as long as that is not known. */
    boolean mayBeServed(String taskName);

    /** Whether somebody is known to serve that name. */
    boolean isServed(String taskName);

    /**
     * Adds names that are served through this instance, by handlers or by workers that ask it for work.
     *
     * @param names what is served at the moment of the call; is asked every few seconds and must not block
     */
    void announce(Supplier<? extends Collection<String>> names);

    /** Knows nothing: every name may be served. */
    static ServedTasks unknown() {
        return new ServedTasks() {
            @Override
            public boolean mayBeServed(String taskName) {
                return true;
            }

            @Override
            public boolean isServed(String taskName) {
                return false;
            }

            @Override
            public void announce(Supplier<? extends Collection<String>> names) {
                // Nobody asks.
            }
        };
    }
}
