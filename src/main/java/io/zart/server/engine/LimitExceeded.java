package io.zart.server.engine;

/** A handler made something larger than it may be. */
public final class LimitExceeded extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    LimitExceeded(String message) {
        super(message);
    }
}
