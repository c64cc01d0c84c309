package io.zart.server.worker;

import io.zart.server.engine.Limits;
import io.zart.server.http.Checks;
import io.zart.server.http.Fields;

/**
 * Where a step stands in its run.
 *
 * @param position order in which the run reached it, from 0
 * @param group number of its parallel group, null outside of one
 */
record Place(String name, int position, Integer group) {

    /** @param limits how many steps a run may have; as in a body of this process, but that the worker counts them */
    static Place of(Numbers fields, Limits limits) {
        Place place = new Place(
                Checks.name("name", fields.string("name")),
                fields.whole("position", -1, 0, Numbers.MOST_STEPS),
                fields.optional("group", 0, Numbers.MOST_STEPS));
        if (place.position() >= limits.steps()) {
            throw Fields.invalid(
                    "position",
                    "is that of step " + (place.position() + 1L) + ", a run may have " + limits.steps()
                            + " (zart.limits.steps)");
        }
        return place;
    }

    /** The number of the attempt, from 1. */
    static int attempt(Numbers fields) {
        return fields.whole("attempt", 1, 1, Numbers.MOST_ATTEMPTS);
    }
}
