package io.tracetide.alert.channel.webhook;

import io.tracetide.runtime.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs requests: HMAC-SHA256 over the time in seconds since 1970, a dot and the body. A receiver
 * computes the same and refuses requests with an old time, so that a recorded request cannot be
 * sent again.
 */
final class Signature {
  static final String TIMESTAMP_HEADER = "x-tracetide-timestamp";
  static final String SIGNATURE_HEADER = "x-tracetide-signature";
  private static final String ALGORITHM = "HmacSHA256";

  private final Secret secret;
  private final Clock clock;

  Signature(Secret secret, Clock clock) {
    this.secret = secret;
    this.clock = clock;
  }

  /** The headers of a request with this body, signed now. */
  Map<String, String> headers(byte[] body) {
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    return Map.of(TIMESTAMP_HEADER, timestamp, SIGNATURE_HEADER, "v1=" + hex(timestamp, body));
  }

  private String hex(String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.reveal().getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
