package io.zart.server.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/**
 * Leaves out the gauges that the framework registers anew, under one name, for each connection to the database: they would show
 * the first connection only, and every other one would be a warning. The pool as a whole has gauges of its own.
 */
@Singleton
public class ConnectionGauges implements MeterFilter {

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        boolean ofOneConnection = id.getType() == Meter.Type.GAUGE && "sql".equals(id.getTag("clientType"));
        return ofOneConnection ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }
}
