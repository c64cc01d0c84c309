package io.zart.server.retention;

import io.zart.server.execution.ExecutionStatus;

/** Is told how retention gets on. Called by one thread at a time; must not block. */
interface Progress {

    /** So many of that status were deleted. */
    void deleted(ExecutionStatus status, int count);

    /** The oldest that is still there ought to have been gone for about so long; 0 at the end of a walk. */
    void behind(double seconds);
}
