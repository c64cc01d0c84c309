package io.zart.server.worker;

import io.zart.server.http.Checks;

/**
 * Where a step stands in its run.
 *
 * @param position order in which the run reached it, from 0
 * @param group number of its parallel group, null outside of one
 */
record Place(String name, int position, Integer group) {

    static Place of(Numbers fields) {
        return new Place(
                Checks.name("name", fields.string("name")),
                fields.whole("position", -1, 0, Numbers.MOST_STEPS),
                fields.optional("group", 0, Numbers.MOST_STEPS));
    }

    /** The number of the attempt, from 1. */
    static int attempt(Numbers fields) {
        return fields.whole("attempt", 1, 1, Numbers.MOST_ATTEMPTS);
    }
}
