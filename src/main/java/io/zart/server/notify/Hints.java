package io.zart.server.notify;

import java.util.List;

/** What a {@link Listener} tells. Called on its event loop; must not block. */
public interface Hints {

    /** Other instances ended the runs of these executions. */
    void ended(List<String> ids);

    /** Other instances changed these executions. */
    void changed(List<String> ids);

    /** Other instances have work for these task names. */
    void work(List<String> taskNames);

    /** Another instance changed the pause rules. */
    default void pausesChanged() {}

    /** The listener is up, for the first time or again: hints may have been missed until now. */
    void up();
}
