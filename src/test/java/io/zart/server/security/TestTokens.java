package io.zart.server.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.eclipse.microprofile.config.ConfigProvider;

/** Makes tokens as the issuer of the tests does, and such as it would not. */
final class TestTokens {

    private TestTokens() {}

    /** A token that is valid for a while, or was until a while ago. */
    static String token(String role, Duration validity) {
        return sign(issuer(), role, validity, key("test.issuer.key"));
    }

    /** A token that another key has signed. */
    static String forged(String role) {
        return sign(issuer(), role, Duration.ofMinutes(5), key("test.issuer.other-key"));
    }

    /** A token of another issuer, signed by the right key. */
    static String foreign(String role) {
        return sign("http://other.example", role, Duration.ofMinutes(5), key("test.issuer.key"));
    }

    private static String sign(String issuer, String role, Duration validity, PrivateKey key) {
        Instant expiry = Instant.now().plus(validity);
        String claims =
                """
                {"iss":"%s","sub":"alice","upn":"alice","iat":%d,"exp":%d,"groups":["%s"]}""".formatted(issuer, expiry.minusSeconds(3600).getEpochSecond(), expiry.getEpochSecond(), role);
        String signed = part("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"test\"}") + "." + part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String issuer() {
        return ConfigProvider.getConfig().getValue("zart.security.oidc-url", String.class);
    }

    private static PrivateKey key(String property) {
        try {
            byte[] encoded =
                    Base64.getDecoder().decode(ConfigProvider.getConfig().getValue(property, String.class));
            return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
