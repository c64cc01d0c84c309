package io.zart.server.execution;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Carries the cancel of a run down to its children. The cancel itself notes in its own statement that it has to travel; so a
 * crash after it delays the children's cancel and never loses it. Instances may do this at the same time.
 */
public final class ChildCancellation {

    private static final int AT_ONCE = 100;

    private final ChildStore store;
    private final ExecutionService service;

    public ChildCancellation(ChildStore store, ExecutionService service) {
        this.store = store;
        this.service = service;
    }

    /** Cancels what is to be cancelled now; the cancel of a child that has children is found in the same sweep. */
    public Uni<Void> sweep() {
        return store.childrenToCancel(AT_ONCE)
                .flatMap(ids -> ids.isEmpty()
                        ? store.childrenCancelled()
                        : Multi.createFrom()
                                .iterable(ids)
                                .onItem()
                                .transformToUniAndConcatenate(this::cancel)
                                .collect()
                                .last()
                                .chain(this::sweep));
    }

    private Uni<Void> cancel(String id) {
        return service.cancel(id).onFailure(ChildCancellation::endedMeanwhile).recoverWithNull();
    }

    private static boolean endedMeanwhile(Throwable failure) {
        return failure instanceof DomainException refusal
                && (refusal.code() == ErrorCode.EXECUTION_ENDED || refusal.code() == ErrorCode.EXECUTION_NOT_FOUND);
    }
}
