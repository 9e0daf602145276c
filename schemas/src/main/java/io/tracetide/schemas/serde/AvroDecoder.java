package io.tracetide.schemas.serde;

import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/**
 * Decodes records of one type, written with any version of its schema. Thread-safe.
 *
 * <p>The bytes are not trusted: decoding takes time and memory in proportion to their number and
 * ends with a record or an exception whose type distinguishes the causes. Bytes after the end of
 * the record are an error, too: the record was then written with another schema than the one in its
 * header, and its values may be wrong.
 *
 * <p>Avro's own limits ({@code org.apache.avro.limits.*}) are not changed, because they apply to
 * the whole process, which may read other Avro files; {@link BoundedDecoder} has tighter ones.
 *
 * @param <T> type of the records
 */
public final class AvroDecoder<T extends SpecificRecord> {

  /**
   * Largest number of cached readers, one for each writer's schema; above it the cache is cleared.
   * A topic has a few.
   */
  private static final int MAX_READERS = 1_000;

  private final SchemaRegistry registry;
  private final DecodeLimits limits;
  private final SpecificData model;
  private final Schema readerSchema;
  private final Map<Integer, DatumReader<T>> readers = new ConcurrentHashMap<>();

  public AvroDecoder(SchemaRegistry registry, Class<T> type) {
    this(registry, type, DecodeLimits.of(type));
  }

  public AvroDecoder(SchemaRegistry registry, Class<T> type, DecodeLimits limits) {
    TrustedRecords.register();
    this.registry = registry;
    this.limits = limits;
    this.model = SpecificData.getForClass(type);
    this.readerSchema = model.getSchema(type);
  }

  /**
   * Decodes a record.
   *
   * @throws MalformedRecordException if the bytes are not such a record
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the registry has no such schema
   * @throws io.tracetide.schemas.registry.RegistryUnavailableException if the schema is not cached
   *     and the registry is unavailable: keep the record and retry
   */
  public T decode(byte[] record) {
    if (record.length > limits.maxBytes()) {
      throw new MalformedRecordException(
          Reason.TOO_LARGE, record.length + " bytes, where " + limits.maxBytes() + " may be");
    }
    DatumReader<T> reader = reader(WireFormat.schemaId(record));
    BoundedDecoder decoder = new BoundedDecoder(record, WireFormat.HEADER_BYTES, limits.maxItems());
    T value = decoder.read(reader, readerSchema.getName());
    if (decoder.remainingBytes() > 0) {
      throw new MalformedRecordException(
          Reason.TRAILING_BYTES,
          decoder.remainingBytes() + " bytes after the " + readerSchema.getName());
    }
    return value;
  }

  private DatumReader<T> reader(int schemaId) {
    DatumReader<T> known = readers.get(schemaId);
    if (known != null) {
      return known;
    }
    Schema writerSchema = registry.schemaById(schemaId);
    requireReadable(schemaId, writerSchema);
    DatumReader<T> reader = new SpecificDatumReader<>(writerSchema, readerSchema, model);
    if (readers.size() >= MAX_READERS) {
      readers.clear();
    }
    readers.put(schemaId, reader);
    return reader;
  }

  private void requireReadable(int schemaId, Schema writerSchema) {
    WriterSchemaBounds.require(writerSchema);
    var compatibility =
        SchemaCompatibility.checkReaderWriterCompatibility(readerSchema, writerSchema);
    if (compatibility.getType() != SchemaCompatibilityType.COMPATIBLE) {
      throw new MalformedRecordException(
          Reason.INCOMPATIBLE_SCHEMA,
          "schema "
              + schemaId
              + " ("
              + writerSchema.getFullName()
              + ") cannot be read as "
              + readerSchema.getFullName());
    }
  }
}
