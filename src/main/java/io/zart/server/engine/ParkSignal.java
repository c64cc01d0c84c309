package io.zart.server.engine;

/** Unwinds a body whose activation has ended before the body did. An error, so that a body that catches exceptions lets it pass. */
final class ParkSignal extends Error {

    private static final long serialVersionUID = 1L;

    static final ParkSignal INSTANCE = new ParkSignal();

    private ParkSignal() {
        super("activation given up", null, false, false);
    }
}
