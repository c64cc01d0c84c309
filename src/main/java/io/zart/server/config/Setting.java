package io.zart.server.config;

import java.util.Locale;
import java.util.function.Function;

/**
 * One setting and what it allows.
 *
 * @param property its name
 * @param allowed what is allowed, in words
 * @param parser throws if a value is not allowed
 * @param secret whether its value may be shown
 */
record Setting(String property, String allowed, Function<String, ?> parser, boolean secret) {

    /** The name of the environment variable. */
    String variable() {
        return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Throws a {@link SettingException} if the value is not allowed. */
    void check(String value) {
        try {
            Object unused = parser.apply(value);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(value, secret && e.getMessage() != null ? e.getMessage() + "; " : "");
        }
    }

    /** The refusal of a value, for a reason that ends in a separator or is empty. */
    SettingException refused(String value, String reason) {
        String shown = secret ? SecretText.maskPassword(value) : value;
        return new SettingException(
                property + " (" + variable() + ") is '" + shown + "': " + reason + "allowed is " + allowed);
    }
}
