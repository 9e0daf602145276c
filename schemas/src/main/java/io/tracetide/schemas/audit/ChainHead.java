package io.tracetide.schemas.audit;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One link of a chain, identified by its hash. Stored outside Kafka, it proves later that the chain
 * still has this link. Without it, the removal of the newest records, or a chain that was written
 * again from its beginning, cannot be detected.
 *
 * @param partition of the topic
 * @param sequence of the link
 * @param hash in lower-case hex
 */
public record ChainHead(int partition, long sequence, String hash) {

  private static final Pattern FORMAT =
      Pattern.compile("([0-9]{1,9}):([0-9]{1,18}):([0-9a-f]{64})");

  public static ChainHead of(int partition, long sequence, byte[] hash) {
    return new ChainHead(partition, sequence, HexFormat.of().formatHex(hash));
  }

  /**
   * Reads {@code PARTITION:SEQUENCE:HASH}.
   *
   * @throws IllegalArgumentException if it is not that
   */
  public static ChainHead parse(String text) {
    Matcher parts = FORMAT.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "expected PARTITION:SEQUENCE:HASH, such as 0:41: and 64 hexadecimal digits, not " + text);
    }
    return new ChainHead(
        Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3));
  }

  @Override
  public String toString() {
    return partition + ":" + sequence + ":" + hash;
  }
}
