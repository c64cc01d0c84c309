package io.zart.server.notify;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;

/**
 * The one connection that listens. It comes back by itself, with a growing delay, after anything that ends it, and hears itself
 * now and then, so that a frozen backend is noticed. Never blocks.
 */
public final class Listener {

    private static final Logger LOG = Logger.getLogger(Listener.class);
    private static final String LISTEN =
            "listen zart_ended; listen zart_changed; listen zart_work;" + " listen zart_pause; listen zart_ping";
    private static final String PING = "notify zart_ping";
    private static final long PING_MILLIS = 10_000;
    private static final long PATIENCE_MILLIS = 5_000;
    private static final long FIRST_DELAY_MILLIS = 50;
    private static final int MOST_DOUBLINGS = 6;

    private final Vertx vertx;
    private final PgConnectOptions options;
    private final String instance;
    private final Hints hints;
    private final AtomicReference<Session> current = new AtomicReference<>();
    private volatile boolean closed;
    private volatile boolean up;

    /**
     * A listener, not yet started.
     *
     * @param options of a direct connection: a pooler in transaction mode loses LISTEN
     * @param instance the name of this instance, whose own messages are left out
     */
    public Listener(Vertx vertx, PgConnectOptions options, String instance, Hints hints) {
        this.vertx = vertx;
        this.options = options;
        this.instance = instance;
        this.hints = hints;
    }

    /** Connects, and stays connected until {@link #close}. */
    public void start() {
        connect(0);
    }

    /** Whether hints of other instances arrive now. */
    public boolean isUp() {
        return up;
    }

    /** Stops listening. */
    public void close() {
        closed = true;
        Session session = current.get();
        if (session != null) {
            session.end("closed");
        }
    }

    private void connect(int attempt) {
        if (closed) {
            return;
        }
        Session session = new Session(attempt);
        current.set(session);
        session.open();
    }

    /** One connection from its opening to its end; it ends once. Runs on one event loop. */
    private final class Session {
        private final int attempt;
        private final AtomicReference<PgConnection> connection = new AtomicReference<>();
        private final AtomicBoolean over = new AtomicBoolean();
        private volatile boolean listening;
        private volatile boolean heard = true;

        Session(int attempt) {
            this.attempt = attempt;
        }

        void open() {
            vertx.setTimer(PATIENCE_MILLIS, timer -> {
                if (!listening) {
                    end("no connection in time");
                }
            });
            PgConnection.connect(vertx, options)
                    .onSuccess(this::connected)
                    .onFailure(failure -> end(failure.getMessage()));
        }

        private void connected(PgConnection opened) {
            connection.set(opened);
            if (over.get()) {
                opened.close();
                return;
            }
            opened.closeHandler(ignored -> end("connection lost"));
            opened.exceptionHandler(failure -> LOG.debug("the listener's connection failed", failure));
            opened.notificationHandler(this::received);
            opened.query(LISTEN)
                    .execute()
                    .onSuccess(ignored -> listens())
                    .onFailure(failure -> end(failure.getMessage()));
        }

        private void listens() {
            if (over.get()) {
                return;
            }
            listening = true;
            up = true;
            LOG.debug("listening for notifications");
            hints.up();
            vertx.setTimer(PING_MILLIS, timer -> ping());
        }

        private void ping() {
            if (over.get()) {
                return;
            }
            heard = false;
            connection.get().query(PING).execute().onFailure(failure -> end(failure.getMessage()));
            vertx.setTimer(PATIENCE_MILLIS, timer -> {
                if (heard) {
                    vertx.setTimer(PING_MILLIS, next -> ping());
                } else {
                    end("no sign of life");
                }
            });
        }

        private void received(PgNotification message) {
            heard = true;
            Channel channel = Channel.ofWire(message.getChannel());
            String payload = message.getPayload();
            if (channel == null || channel == Channel.PING || Payload.isFrom(instance, payload)) {
                return;
            }
            switch (channel) {
                case ENDED -> hints.ended(Payload.items(payload));
                case CHANGED -> hints.changed(Payload.items(payload));
                case PAUSE -> hints.pausesChanged();
                default -> hints.work(Payload.items(payload));
            }
        }

        void end(String reason) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            up = false;
            PgConnection opened = connection.get();
            if (opened != null) {
                opened.close();
            }
            if (closed) {
                return;
            }
            int next = listening ? 0 : attempt + 1;
            LOG.infof("the notification listener is down (%s); waits are slower until it is back", reason);
            vertx.setTimer(delay(next), timer -> connect(next));
        }
    }

    private static long delay(int attempt) {
        long most = FIRST_DELAY_MILLIS << Math.min(attempt, MOST_DOUBLINGS);
        return most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1);
    }
}
