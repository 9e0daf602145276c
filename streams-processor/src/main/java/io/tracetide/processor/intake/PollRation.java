package io.tracetide.processor.intake;

import io.tracetide.schemas.size.RecordLimits;
import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Limits the bytes that one poll returns. A consumer limits fetches by compressed size, and polls
 * by the number of records, so one poll could return thousands of well compressed records of a
 * megabyte each.
 *
 * <p>A deserializer that throws ends the poll: the consumer returns the records so far, and the
 * same record again in the next poll. Not thread-safe.
 */
final class PollRation {

  private static final int MOST_BYTES = 16 << 20;

  private long taken;

  /** Ends a poll. Expected, so without a stack trace. */
  private static final class SpentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SpentException() {
      super("a poll has handed out " + MOST_BYTES + " bytes", null, false, false);
    }
  }

  /** Begins a poll. */
  void begin() {
    taken = 0;
  }

  /** Whether a poll ended without a record because of the ration. */
  static boolean isSpent(Throwable failure) {
    return failure instanceof RecordDeserializationException
        && failure.getCause() instanceof SpentException;
  }

  /** Wraps a deserializer with the limit. */
  Deserializer<ByteBuffer> limit(Deserializer<ByteBuffer> deserializer) {
    return new Deserializer<>() {
      @Override
      public ByteBuffer deserialize(String topic, Headers headers, ByteBuffer data) {
        if (taken > MOST_BYTES) {
          throw new SpentException();
        }
        ByteBuffer kept = deserializer.deserialize(topic, headers, data);
        taken += kept.remaining() + RecordLimits.bytes(headers);
        return kept;
      }

      @Override
      public ByteBuffer deserialize(String topic, byte[] data) {
        return deserializer.deserialize(topic, data);
      }
    };
  }
}
