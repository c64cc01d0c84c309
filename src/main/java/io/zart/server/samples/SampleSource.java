package io.zart.server.samples;

import io.zart.server.config.ZartConfig;
import io.zart.server.engine.Bodies;
import io.zart.server.engine.HandlerSource;
import io.zart.server.engine.RegisteredHandler;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;

/** Brings the samples when they are switched on. */
@Singleton
public class SampleSource implements HandlerSource {

    private final ZartConfig config;

    SampleSource(ZartConfig config) {
        this.config = config;
    }

    @Override
    public Collection<RegisteredHandler> handlers(Bodies bodies) {
        return config.samples().enabled() ? new Samples(bodies).all() : List.of();
    }
}
