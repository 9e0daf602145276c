package io.tracetide.schemas.serde;

import java.nio.ByteBuffer;

/** The type {@code bytes} of Avro records. */
public final class AvroBytes {

  private AvroBytes() {}

  /** A copy of the bytes of a field, whose position does not change. */
  public static byte[] copy(ByteBuffer field) {
    byte[] bytes = new byte[field.remaining()];
    field.duplicate().get(bytes);
    return bytes;
  }
}
