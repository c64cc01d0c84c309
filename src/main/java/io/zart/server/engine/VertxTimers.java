package io.zart.server.engine;

import io.vertx.core.Vertx;

/** Timers on the event loops of Vert.x. */
public final class VertxTimers implements Timers {

    private final Vertx vertx;

    public VertxTimers(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public Handle after(long millis, Runnable action) {
        long id = vertx.setTimer(Math.max(1, millis), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }

    @Override
    public long millis() {
        return System.nanoTime() / 1_000_000;
    }
}
