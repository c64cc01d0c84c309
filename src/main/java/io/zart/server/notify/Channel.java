package io.zart.server.notify;

/** The fixed set of notification channels. */
enum Channel {
    /** Ids of executions whose run has ended. */
    ENDED("zart_ended"),
    /** Ids of executions that changed otherwise. */
    CHANGED("zart_changed"),
    /** Task names with work that may be due. */
    WORK("zart_work"),
    /** The pause rules have changed. */
    PAUSE("zart_pause"),
    /** The listener's own sign of life. */
    PING("zart_ping");

    private final String wire;

    Channel(String wire) {
        this.wire = wire;
    }

    /** The name in the database. */
    String wire() {
        return wire;
    }

    /** The channel of that name, or null. */
    static Channel ofWire(String name) {
        for (Channel channel : values()) {
            if (channel.wire.equals(name)) {
                return channel;
            }
        }
        return null;
    }
}
