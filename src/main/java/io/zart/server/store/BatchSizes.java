package io.zart.server.store;

import java.util.function.IntConsumer;

/** Where the sizes of batches go. */
@FunctionalInterface
interface BatchSizes {

    /** Nowhere. */
    BatchSizes NONE = operation -> rows -> {};

    /** Takes the number of rows of each statement of that operation; must not block. */
    IntConsumer of(String operation);
}
