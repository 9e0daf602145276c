package io.tracetide.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding of records of one type: the marker {@code C3 01}, the CRC-64-AVRO
 * fingerprint of the schema, the record. For state and internal topics, whose schemas are not in
 * the registry. Thread-safe.
 *
 * @param <T> type of the records
 */
public final class SingleObjectAvro<T extends SpecificRecord> {
  private final String name;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  public SingleObjectAvro(Class<T> type) {
    TrustedRecords.register();
    SpecificData model = SpecificData.getForClass(type);
    Schema schema = model.getSchema(type);
    this.name = type.getSimpleName();
    this.encoder = new BinaryMessageEncoder<>(model, schema);
    this.decoder = new BinaryMessageDecoder<>(model, schema);
  }

  public byte[] encode(T record) {
    try {
      ByteBuffer encoded = encoder.encode(record);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException when the bytes are cut short, or of another schema. Not {@link
   *     MalformedRecordException}: as an exception of Kafka it would count as a failure of the
   *     environment, which stops a role
   */
  public T decode(byte[] bytes) {
    try {
      return decoder.decode(bytes);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("not a " + name + ": " + e.getMessage(), e);
    }
  }
}
