package io.zart.server.execution;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/** Parked waits for the end of executions. Non-blocking. */
public interface Waits {

    /**
     * The record once it is terminal. Fails with {@link ErrorCode#EXECUTION_NOT_FOUND} at once for an unknown id, with
     * {@link ErrorCode#WAIT_TIMED_OUT} after the time and with {@link ErrorCode#SHUTTING_DOWN} at a drain. A cancelled
     * subscription frees the place.
     *
     * @param timeout zero for one look
     */
    Uni<Execution> await(String id, Duration timeout);

    /**
     * The record of the run that a start begins or finds, once it is terminal. The wait is registered before the start is
     * subscribed to, so that no end is missed and nothing need be read. Fails like the start, otherwise like {@link #await};
     * a time-out or a drain may fail it before the start is answered, which goes on. Where there is no place for a further
     * wait, nothing is started.
     *
     * @param start may be subscribed to later again
     */
    Uni<Execution> awaitStarted(String id, Duration timeout, Uni<Started> start);

    /**
     * The records in the order given, once one or all of them are terminal. Fails like {@link #await}; the time-out carries
     * the member {@code pending}, the refusal of unknown ids names them.
     *
     * @param all whether all must be terminal, otherwise one is enough
     */
    Uni<List<Execution>> awaitMany(List<String> ids, boolean all, Duration timeout);

    /** The current record, then each change until the terminal one. Fails like {@link #await} for an unknown id. */
    Multi<Execution> changes(String id);

    /** This instance has committed the end of a run: wakes its own waiters at once and tells the other instances. */
    void ended(Execution execution);

    /** This instance has committed another change of an execution (status, waiting): for streams. */
    void changed(String id);
}
