package io.tracetide.schemas.size;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Returns keys or values as they were written. Of one that is too large it returns the beginning
 * and adds {@link Oversized} to the record's headers, so that memory holds one record that is too
 * large at a time, even when many follow one another.
 */
public final class CuttingDeserializer implements Deserializer<ByteBuffer> {

  private final boolean isKey;
  private final int mostBytes;

  private CuttingDeserializer(boolean isKey, int mostBytes) {
    this.isKey = isKey;
    this.mostBytes = mostBytes;
  }

  /** For keys. */
  public static CuttingDeserializer ofKeys() {
    return new CuttingDeserializer(true, RecordLimits.KEY_BYTES);
  }

  /** For values. */
  public static CuttingDeserializer ofValues() {
    return ofValues(RecordLimits.VALUE_BYTES);
  }

  /** For values, with a limit in bytes. */
  public static CuttingDeserializer ofValues(int mostBytes) {
    return new CuttingDeserializer(false, mostBytes);
  }

  /** The same, with each key or value in an array of its own. */
  public Deserializer<byte[]> toArrays() {
    return new Arrays(this);
  }

  @Override
  public ByteBuffer deserialize(String topic, Headers headers, ByteBuffer data) {
    if (data.remaining() <= mostBytes) {
      return data;
    }
    Oversized.Size full = Oversized.Size.of(data);
    if (isKey) {
      Oversized.markKey(headers, full);
    } else {
      Oversized.markValue(headers, full);
    }
    return ByteBuffer.wrap(Oversized.prefix(data));
  }

  @Override
  public ByteBuffer deserialize(String topic, byte[] data) {
    throw new UnsupportedOperationException("the headers are needed");
  }

  private record Arrays(CuttingDeserializer buffers) implements Deserializer<byte[]> {

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteBuffer data) {
      ByteBuffer kept = buffers.deserialize(topic, headers, data);
      byte[] array = new byte[kept.remaining()];
      kept.duplicate().get(array);
      return array;
    }

    @Override
    @SuppressWarnings("NullAway") // Kafka requires null for null.
    public byte @Nullable [] deserialize(String topic, Headers headers, byte @Nullable [] data) {
      return data == null ? null : deserialize(topic, headers, ByteBuffer.wrap(data));
    }

    @Override
    public byte[] deserialize(String topic, byte[] data) {
      return buffers.deserialize(topic, data).array();
    }
  }
}
