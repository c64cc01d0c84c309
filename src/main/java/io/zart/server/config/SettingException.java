package io.zart.server.config;

/** A setting that stops the start. Its message is one line for the operator and never holds a secret. */
public final class SettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Says what is wrong.
     *
     * @param message one line: the setting, its value, what is allowed
     */
    public SettingException(String message) {
        super(message.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    }
}
