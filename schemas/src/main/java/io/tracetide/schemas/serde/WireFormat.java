package io.tracetide.schemas.serde;

import io.tracetide.schemas.serde.MalformedRecordException.Reason;

/** The five bytes before the Avro binary: a zero, then the id of the schema, big-endian. */
public final class WireFormat {

  public static final byte MAGIC = 0;
  public static final int HEADER_BYTES = 5;

  private WireFormat() {}

  /**
   * Id of the schema that the record was written with.
   *
   * @throws MalformedRecordException if the bytes do not start with a whole header
   */
  public static int schemaId(byte[] record) {
    return schemaId(record, 0, record.length);
  }

  /**
   * The same for a record within a larger array.
   *
   * @throws MalformedRecordException if it does not start with a whole header
   */
  public static int schemaId(byte[] bytes, int start, int length) {
    if (length == 0) {
      throw new MalformedRecordException(Reason.EMPTY, "no bytes");
    }
    if (bytes[start] != MAGIC) {
      throw new MalformedRecordException(
          Reason.BAD_MAGIC, "first byte is " + bytes[start] + ", not " + MAGIC);
    }
    if (length < HEADER_BYTES) {
      throw new MalformedRecordException(
          Reason.TRUNCATED, length + " bytes do not hold the header of " + HEADER_BYTES);
    }
    return (bytes[start + 1] & 0xff) << 24
        | (bytes[start + 2] & 0xff) << 16
        | (bytes[start + 3] & 0xff) << 8
        | (bytes[start + 4] & 0xff);
  }

  /** Writes the header into the first bytes of the record. */
  static void writeHeader(byte[] record, int schemaId) {
    record[0] = MAGIC;
    record[1] = (byte) (schemaId >>> 24);
    record[2] = (byte) (schemaId >>> 16);
    record[3] = (byte) (schemaId >>> 8);
    record[4] = (byte) schemaId;
  }
}
