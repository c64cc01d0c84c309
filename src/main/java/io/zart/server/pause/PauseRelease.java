package io.zart.server.pause;

import io.quarkus.logging.Log;
import io.zart.server.engine.Engine;

/** Lets go on what is held by rules that do not apply any more. Thread-safe, never blocks. */
public final class PauseRelease {

    private final PauseStore store;
    private final Engine engine;

    public PauseRelease(PauseStore store, Engine engine) {
        this.store = store;
        this.engine = engine;
    }

    /** The rules have changed: activations under way look again, and what is parked is released. */
    public void changed() {
        engine.pausesChanged();
        sweep();
    }

    /** Releases what is parked without a reason; a release may have been missed by whoever deleted the rule. */
    public void sweep() {
        store.release()
                .subscribe()
                .with(
                        taskNames -> taskNames.forEach(name -> engine.workDue(name, 0)),
                        failure -> Log.warnf("held work not released: %s", failure.getMessage()));
    }
}
