package io.zart.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The room for bodies that come slowly. */
class SlowBodiesTest {

    private static final long AN_HOUR = 3_600_000;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger late = new AtomicInteger();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void bodiesShareTheRoomAndGiveItBackOnce() {
        SlowBodies room = new SlowBodies(100, AN_HOUR);
        SlowBodies.Place one = room.enter(vertx, late::incrementAndGet);
        SlowBodies.Place other = room.enter(vertx, late::incrementAndGet);
        assertThat(one.holds(40)).isTrue();
        assertThat(one.holds(60)).as("grown, not added").isTrue();
        assertThat(other.holds(40)).isTrue();
        assertThat(other.holds(41)).isFalse();
        other.leave();
        other.leave();
        assertThat(room.taken()).isEqualTo(60);
        one.leave();
        assertThat(room.taken()).isZero();
        assertThat(late).hasValue(0);
    }

    @Test
    void aBodyThatTakesTooLongLosesItsPlaceAndIsTold() {
        SlowBodies room = new SlowBodies(100, 20);
        SlowBodies.Place place = room.enter(vertx, late::incrementAndGet);
        place.holds(50);
        Awaitility.await().until(() -> late.get() == 1);
        assertThat(room.taken()).isZero();
        place.leave();
        assertThat(room.taken()).isZero();
    }
}
