package io.tracetide.schemas.size;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a record whose key or value was cut when it was read, because it is larger than
 * any may be. It travels among the record's headers, from the deserializer that cut to the one that
 * sets the record aside. It is recognised by its class, so a header that a service wrote is never
 * taken for it.
 *
 * @param fullKey the key that was cut; null when the key is whole
 * @param fullValue the value that was cut; null when the value is whole
 */
public record Oversized(@Nullable Size fullKey, @Nullable Size fullValue) implements Header {

  /** What is kept of a key or value that is cut. */
  public static final int PREFIX_BYTES = 1_024;

  private static final String NAME = "tracetide-oversized";

  /**
   * Bytes before they were cut.
   *
   * @param bytes how many
   * @param sha256 their SHA-256, in hexadecimal digits
   */
  public record Size(int bytes, String sha256) {

    /** Of the bytes that are left in a buffer, which stays as it is. */
    public static Size of(ByteBuffer full) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(full.duplicate());
        return new Size(full.remaining(), HexFormat.of().formatHex(digest.digest()));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
    }

    private void addTo(Headers headers, String part) {
      headers
          .add(part + "Bytes", Integer.toString(bytes).getBytes(UTF_8))
          .add(part + "Sha256", sha256.getBytes(UTF_8));
    }
  }

  /** The mark among headers; null when nothing was cut. */
  public static @Nullable Oversized in(Headers headers) {
    return headers.lastHeader(NAME) instanceof Oversized mark ? mark : null;
  }

  /** What is kept of bytes that are too many, in a copy of their own. */
  public static byte[] prefix(ByteBuffer full) {
    byte[] prefix = new byte[Math.min(PREFIX_BYTES, full.remaining())];
    full.duplicate().get(prefix);
    return prefix;
  }

  /** Notes among headers that the key was cut. */
  static void markKey(Headers headers, Size full) {
    headers.add(new Oversized(full, null));
  }

  /** Notes among headers that the value was cut. */
  static void markValue(Headers headers, Size full) {
    Oversized before = in(headers);
    headers.add(new Oversized(before == null ? null : before.fullKey, full));
  }

  /** Adds {@code keyBytes} and {@code keySha256}, {@code valueBytes} and {@code valueSha256}. */
  public void addTo(Headers headers) {
    if (fullKey != null) {
      fullKey.addTo(headers, "key");
    }
    if (fullValue != null) {
      fullValue.addTo(headers, "value");
    }
  }

  /** What was cut, in words. */
  public String describe() {
    if (fullKey == null || fullValue == null) {
      return fullKey == null ? "value" + words(fullValue) : "key" + words(fullKey);
    }
    return "key" + words(fullKey) + ", value" + words(fullValue);
  }

  private static String words(@Nullable Size full) {
    return full == null ? "" : " of " + full.bytes + " bytes";
  }

  @Override
  public String key() {
    return NAME;
  }

  @Override
  public byte @Nullable [] value() {
    return null;
  }
}
