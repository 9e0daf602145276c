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
 * Size and hash of a key or value that was cut when it was read, because it is larger than the
 * limit. It is passed in the record's headers from the deserializer to the code that writes the
 * dead letter. It is recognised by its class, so that a header of a service is never mistaken for
 * it.
 *
 * @param fullKey the key that was cut; null when the key is whole
 * @param fullValue the value that was cut; null when the value is whole
 */
public record Oversized(@Nullable Size fullKey, @Nullable Size fullValue) implements Header {

  /** Bytes that are kept of a key or value that is cut. */
  public static final int PREFIX_BYTES = 1_024;

  private static final String NAME = "tracetide-oversized";

  /**
   * The key or value before it was cut.
   *
   * @param bytes number of bytes
   * @param sha256 their SHA-256, in hexadecimal digits
   */
  public record Size(int bytes, String sha256) {

    /** The size of the remaining bytes of a buffer, whose position does not change. */
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

  /** The mark in the headers; null when nothing was cut. */
  public static @Nullable Oversized in(Headers headers) {
    return headers.lastHeader(NAME) instanceof Oversized mark ? mark : null;
  }

  /** Copies the bytes that are kept. */
  public static byte[] prefix(ByteBuffer full) {
    byte[] prefix = new byte[Math.min(PREFIX_BYTES, full.remaining())];
    full.duplicate().get(prefix);
    return prefix;
  }

  /** Marks the key as cut, in the headers. */
  static void markKey(Headers headers, Size full) {
    headers.add(new Oversized(full, null));
  }

  /** Marks the value as cut, in the headers. */
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

  /** Description of what was cut. */
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
