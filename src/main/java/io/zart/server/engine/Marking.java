package io.zart.server.engine;

/** Runs what is done for a run in such a way that it, and what it calls back later, is logged with fields. */
@FunctionalInterface
public interface Marking {

    /** Marks nothing; runs on the calling thread. */
    Marking NONE = (lease, step, work) -> work.run();

    /**
     * Runs work, before this returns.
     *
     * @param lease of the run that it is done for
     * @param step null outside of steps
     */
    void run(Lease lease, String step, Runnable work);
}
