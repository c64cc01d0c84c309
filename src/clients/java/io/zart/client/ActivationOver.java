package io.zart.client;

/** Ends a body whose task was parked, lost or cancelled. An error, so that bodies don't swallow it by catching exceptions. */
final class ActivationOver extends Error {

    private static final long serialVersionUID = 1L;

    ActivationOver(String reason) {
        super(reason, null, false, false);
    }
}
