package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes records of one type under one subject. The id of the schema is looked up in the registry
 * once, with the first record. Thread-safe.
 *
 * @param <T> type of the records
 */
public final class AvroEncoder<T extends SpecificRecord> {

  /** Largest buffer that is kept for the next record. */
  private static final int KEPT_BUFFER_BYTES = 64 << 10;

  private final SchemaRegistry registry;
  private final String subject;
  private final boolean autoRegister;
  private final Schema schema;
  private final SpecificDatumWriter<T> writer;
  private final ThreadLocal<Buffer> buffers = ThreadLocal.withInitial(Buffer::new);
  private volatile @Nullable Integer schemaId;

  /** Creates an encoder that registers the schema if the subject does not have it. */
  public AvroEncoder(SchemaRegistry registry, String subject, Class<T> type) {
    this(registry, subject, type, true);
  }

  /**
   * Creates an encoder.
   *
   * @param autoRegister whether a schema that the subject does not have is registered; encoding
   *     fails otherwise
   */
  public AvroEncoder(SchemaRegistry registry, String subject, Class<T> type, boolean autoRegister) {
    TrustedRecords.register();
    this.registry = registry;
    this.subject = subject;
    this.autoRegister = autoRegister;
    SpecificData model = SpecificData.getForClass(type);
    this.schema = model.getSchema(type);
    this.writer = new SpecificDatumWriter<>(schema, model);
  }

  /**
   * Encodes a record in the wire format.
   *
   * @throws SerializationException if the record does not satisfy its schema
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the subject does not have the
   *     schema and {@code autoRegister} is false
   * @throws io.tracetide.schemas.registry.RegistryUnavailableException if the id is not known yet
   *     and the registry is unavailable
   */
  public byte[] encode(T record) {
    int id = schemaId();
    Buffer buffer = buffers.get();
    try {
      return buffer.write(id, record, writer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AvroRuntimeException | ClassCastException | NullPointerException e) {
      throw new SerializationException(
          schema.getFullName() + " does not satisfy its schema: " + e.getMessage(), e);
    } finally {
      if (buffer.isLarge()) {
        buffers.remove();
      }
    }
  }

  /**
   * Id of the schema of the records, for code that encodes them otherwise.
   *
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the subject does not have the
   *     schema and {@code autoRegister} is false
   * @throws io.tracetide.schemas.registry.RegistryUnavailableException if the id is not known yet
   *     and the registry is unavailable
   */
  public int schemaId() {
    Integer known = schemaId;
    if (known != null) {
      return known;
    }
    int id = autoRegister ? registry.register(subject, schema) : registry.lookup(subject, schema);
    schemaId = id;
    return id;
  }

  /** A buffer and the encoder that writes to it. */
  private static final class Buffer {

    private final HeadedBytes bytes = new HeadedBytes();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

    <T> byte[] write(int schemaId, T record, SpecificDatumWriter<T> writer) throws IOException {
      bytes.reset();
      bytes.skipHeader();
      writer.write(record, encoder);
      encoder.flush();
      return bytes.withHeader(schemaId);
    }

    boolean isLarge() {
      return bytes.capacity() > KEPT_BUFFER_BYTES;
    }
  }

  private static final class HeadedBytes extends ByteArrayOutputStream {

    HeadedBytes() {
      super(512);
    }

    void skipHeader() {
      count = WireFormat.HEADER_BYTES;
    }

    int capacity() {
      return buf.length;
    }

    byte[] withHeader(int schemaId) {
      byte[] record = toByteArray();
      WireFormat.writeHeader(record, schemaId);
      return record;
    }
  }
}
