package io.zart.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.zart.server.execution.DomainException;
import io.zart.server.execution.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which errors mean that the database is away, and which must be seen as what they are. */
class StoreErrorsTest {

    static Stream<Throwable> absences() {
        return Stream.of(
                new ConnectException("refused"),
                new ClosedChannelException(),
                new IOException("reset"),
                new TimeoutException("slow"),
                new io.smallrye.mutiny.TimeoutException(),
                new VertxException("Connection was closed"),
                new NoStackTraceThrowable("Timeout"));
    }

    @ParameterizedTest
    @MethodSource("absences")
    void aLostConnectionIsAnUnavailableDatabase(Throwable failure) {
        assertThat(failureOf(failure))
                .isInstanceOfSatisfying(
                        DomainException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.DATABASE_UNAVAILABLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P01", "57P03", "53300", "25006", "58030", "28P01", "42P01"})
    void soIsAServerThatCannotWorkNow(String state) {
        assertThat(StoreErrors.away(error(state))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"22P05", "23505", "42601", "42703", "22003"})
    void anErrorOfTheStatementIsNot(String state) {
        assertThat(StoreErrors.away(error(state))).isFalse();
    }

    static Stream<Throwable> mistakes() {
        return Stream.of(
                new NullPointerException(),
                new IllegalArgumentException(),
                new ClassCastException(),
                new IndexOutOfBoundsException(),
                new StackOverflowError(),
                new DomainException(ErrorCode.OVERLOADED, "too much"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeOfTheProgramIsNotMasked(Throwable mistake) {
        assertThat(failureOf(mistake)).isSameAs(mistake);
    }

    @Test
    void aDeadlockIsTriedAgain() {
        AtomicInteger tries = new AtomicInteger();
        String answer = StoreErrors.guarded(() -> tries.incrementAndGet() < 3
                        ? Uni.createFrom().<String>failure(error("40P01"))
                        : Uni.createFrom().item("done"))
                .await()
                .indefinitely();
        assertThat(answer).isEqualTo("done");
    }

    private static PgException error(String state) {
        return new PgException("message", "ERROR", state, "detail");
    }

    private static Throwable failureOf(Throwable failure) {
        return StoreErrors.guarded(() -> Uni.createFrom().failure(failure))
                                .onFailure()
                                .recoverWithItem(seen -> seen)
                                .await()
                                .indefinitely()
                        instanceof Throwable seen
                ? seen
                : null;
    }
}
