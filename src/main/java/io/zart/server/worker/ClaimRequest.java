package io.zart.server.worker;

import java.time.Duration;
import java.util.List;

/**
 * A worker asks for tasks.
 *
 * @param taskNames sorted, each once
 * @param most tasks at the most
 * @param patience how long to wait for the first; zero for one look
 * @param lease length of the leases
 */
record ClaimRequest(String workerId, List<String> taskNames, int most, Duration patience, Duration lease) {

    /** Who holds what this worker has claimed. */
    String holder() {
        return "worker:" + workerId;
    }
}
