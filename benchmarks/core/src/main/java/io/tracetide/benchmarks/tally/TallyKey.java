package io.tracetide.benchmarks.tally;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.benchmarks.truth.Answer;
import java.nio.ByteBuffer;

/**
 * Key under which the peers publish a tally: service, a zero byte, operation, and the start of the
 * window in eight bytes, which is also how Kafka Streams writes windowed keys.
 */
public final class TallyKey {

  private static final char SEPARATOR = '\0';

  private TallyKey() {}

  /** Name of a series, as a key to group by. */
  public static String series(String service, String operation) {
    return service + SEPARATOR + operation;
  }

  public static byte[] encode(String series, long windowStartMs) {
    byte[] name = series.getBytes(UTF_8);
    return ByteBuffer.allocate(name.length + Long.BYTES).put(name).putLong(windowStartMs).array();
  }

  /** The answer that a published record gives. */
  public static Answer answer(byte[] key, byte[] value) {
    int nameLength = key.length - Long.BYTES;
    String name = new String(key, 0, nameLength, UTF_8);
    int separator = name.indexOf(SEPARATOR);
    Tally tally = TallyCodec.decode(value);
    return new Answer(
        name.substring(0, separator),
        name.substring(separator + 1),
        ByteBuffer.wrap(key, nameLength, Long.BYTES).getLong(),
        tally.count(),
        tally.errors(),
        tally.sum(),
        tally.max(),
        tally.quantile(0.95));
  }
}
