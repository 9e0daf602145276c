package io.tracetide.alert.topology;

import io.tracetide.schemas.AlertRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;

/** Reads the store {@code alerts} of builds without groups. */
final class StoredAlerts {

  /**
   * Reads an alert.
   *
   * @throws IllegalArgumentException if the bytes are not an alert
   */
  static AlertRecord read(byte[] bytes) {
    if (bytes.length > 0 && bytes[0] == StoredAlertFormat1.FORMAT) {
      return StoredAlertFormat1.read(bytes);
    }
    try {
      return AlertRecord.fromByteBuffer(ByteBuffer.wrap(bytes));
    } catch (IOException | AvroRuntimeException e) {
      throw new IllegalArgumentException("stored alert cannot be decoded: " + e.getMessage(), e);
    }
  }

  private StoredAlerts() {}
}
