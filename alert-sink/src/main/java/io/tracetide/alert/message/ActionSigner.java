package io.tracetide.alert.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.alert.message.SignedAction.Purpose;
import io.tracetide.runtime.config.Secret;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies the tokens of links with HMAC-SHA256. A token is {@code
 * base64url(content).base64url(signature)}; the content is text: a line each for format, purpose,
 * tenant, expiry in seconds, labels and fingerprints. It is not encrypted.
 */
public final class ActionSigner {
  /** Characters of a token. */
  static final int MAX_TOKEN = 3_000;

  private static final String FORMAT = "tracetide-action-1";
  private static final int LINES = 6;
  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final SecretKeySpec key;

  /**
   * Signs with a key.
   *
   * @param key at least 32 bytes
   */
  public ActionSigner(Secret key) {
    this.key = new SecretKeySpec(key.reveal().getBytes(UTF_8), ALGORITHM);
  }

  /** The token of an action; empty if it would be too long for a link. */
  public Optional<String> sign(SignedAction action) {
    byte[] content = content(action).getBytes(UTF_8);
    String token = ENCODER.encodeToString(content) + "." + ENCODER.encodeToString(mac(content));
    return token.length() > MAX_TOKEN ? Optional.empty() : Optional.of(token);
  }

  /**
   * The action of a token; empty if the token is altered, malformed, expired or of another purpose.
   *
   * @param now compared with the expiry
   */
  public Optional<SignedAction> verify(String token, Purpose purpose, Instant now) {
    int dot = token.indexOf('.');
    if (token.length() > MAX_TOKEN || dot < 0) {
      return Optional.empty();
    }
    try {
      byte[] content = Base64.getUrlDecoder().decode(token.substring(0, dot));
      byte[] signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
      if (!MessageDigest.isEqual(signature, mac(content))) {
        return Optional.empty();
      }
      return Optional.of(action(new String(content, UTF_8)))
          .filter(action -> action.purpose() == purpose && now.isBefore(action.expiresAt()));
    } catch (IllegalArgumentException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static String content(SignedAction action) {
    List<String> labels = new ArrayList<>();
    new TreeMap<>(action.labels())
        .forEach((name, value) -> labels.add(encode(name) + "=" + encode(value)));
    return String.join(
        "\n",
        FORMAT,
        action.purpose().name(),
        encode(action.tenant()),
        Long.toString(action.expiresAt().getEpochSecond()),
        String.join("&", labels),
        String.join("&", action.fingerprints().stream().map(ActionSigner::encode).toList()));
  }

  private static SignedAction action(String content) {
    String[] lines = content.split("\n", -1);
    if (lines.length != LINES || !lines[0].equals(FORMAT)) {
      throw new IllegalArgumentException("another format");
    }
    Map<String, String> labels = new TreeMap<>();
    for (String label : parts(lines[4])) {
      String[] sides = label.split("=", 2);
      labels.put(decode(sides[0]), decode(sides[1]));
    }
    return new SignedAction(
        Purpose.valueOf(lines[1]),
        decode(lines[2]),
        labels,
        parts(lines[5]).stream().map(ActionSigner::decode).toList(),
        Instant.ofEpochSecond(Long.parseLong(lines[3])));
  }

  private static List<String> parts(String line) {
    return line.isEmpty() ? List.of() : List.of(line.split("&"));
  }

  private byte[] mac(byte[] content) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }
}
