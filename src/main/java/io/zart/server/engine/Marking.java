package io.zart.server.engine;

import java.util.Map;

/** Runs what a non-blocking body does in such a way that it, and what it calls back later, is logged with fields. */
@FunctionalInterface
public interface Marking {

    /** Marks nothing; runs on the calling thread. */
    Marking NONE = (fields, work) -> work.run();

    /**
     * Runs work, before this returns.
     *
     * @param fields names and values, as they appear in logs
     * @param work never blocks
     */
    void run(Map<String, String> fields, Runnable work);
}
