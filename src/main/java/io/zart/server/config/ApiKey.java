package io.zart.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * An API key as the service knows it: never the key itself.
 *
 * @param name whose it is; appears in logs
 * @param roles what its holder may do
 * @param hash the hexadecimal SHA-256 of the key
 * @param expires from when it is refused, null for never
 */
public record ApiKey(String name, Set<Role> roles, String hash, Instant expires) {

    private static final String FORM = "'NAME ROLE[,ROLE] SHA256 [EXPIRES]'";

    /**
     * Reads keys from text: one for each line or between semicolons; empty lines and those that begin with {@code #} are skipped.
     *
     * @throws IllegalArgumentException if one cannot be read; the message names its place and shows nothing of it
     */
    public static List<ApiKey> parseAll(String text) {
        List<ApiKey> keys = new ArrayList<>();
        int place = 0;
        for (String entry : text.split("[;\\n]")) {
            place++;
            if (!entry.isBlank() && !entry.strip().startsWith("#")) {
                keys.add(parse(entry.strip().split("\\s+"), place));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("it holds no key; each is " + FORM);
        }
        return List.copyOf(keys);
    }

    /**
     * Reads a file of keys.
     *
     * @throws IllegalArgumentException if it cannot be read
     */
    public static List<ApiKey> read(Path file) {
        try {
            return parseAll(Files.readString(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " cannot be read", e);
        }
    }

    private static ApiKey parse(String[] fields, int place) {
        if (fields.length < 3 || fields.length > 4) {
            throw wrong(place, "is not " + FORM);
        }
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : fields[1].split(",")) {
            roles.add(Role.of(role)
                    .orElseThrow(() -> wrong(place, "has a role that is none of viewer, client, worker, operator")));
        }
        if (!fields[2].matches("[0-9a-fA-F]{64}")) {
            throw wrong(place, "has no SHA-256 in hexadecimal as its third part");
        }
        try {
            return new ApiKey(
                    fields[0],
                    Set.copyOf(roles),
                    fields[2].toLowerCase(java.util.Locale.ROOT),
                    fields.length == 4 ? Instant.parse(fields[3]) : null);
        } catch (DateTimeParseException e) {
            throw wrong(place, "has an expiry that is not like 2030-01-01T00:00:00Z");
        }
    }

    private static IllegalArgumentException wrong(int place, String what) {
        return new IllegalArgumentException("entry " + place + " " + what);
    }

    /** The hash of a key that somebody shows. */
    public static String hash(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether this is the key with that hash; takes the same time whatever the answer. */
    public boolean hasHash(String other) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether it is refused at that moment. */
    public boolean expired(Instant now) {
        return expires != null && !now.isBefore(expires);
    }
}
