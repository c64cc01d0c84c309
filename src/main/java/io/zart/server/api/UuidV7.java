package io.zart.server.api;

import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.UUID;

/** Makes time-ordered UUIDs (RFC 9562, version 7). Thread-safe. */
@Singleton
public class UuidV7 {

    private final SecureRandom random = new SecureRandom();

    /** A new id. */
    public String next() {
        long high = System.currentTimeMillis() << 16 | 0x7000L | random.nextInt(1 << 12);
        long low = random.nextLong() >>> 2 | 1L << 63;
        return new UUID(high, low).toString();
    }
}
