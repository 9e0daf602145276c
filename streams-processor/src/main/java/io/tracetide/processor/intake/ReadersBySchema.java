package io.tracetide.processor.intake;

import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.Schema;

/**
 * The reader of each version of a contract. A schema that cannot be read is examined once, because
 * there may be many records with it. Not thread-safe.
 */
public final class ReadersBySchema<R> {

  private final SchemaRegistry registry;
  private final Function<Schema, R> readerOf;
  private final Map<Integer, R> readers = new HashMap<>();
  private final Map<Integer, MalformedRecordException> refused = new HashMap<>();

  /**
   * Starts without readers.
   *
   * @param readerOf creates the reader of one version of the contract
   */
  public ReadersBySchema(SchemaRegistry registry, Function<Schema, R> readerOf) {
    this.registry = registry;
    this.readerOf = readerOf;
  }

  /**
   * The reader of records with a schema.
   *
   * @throws MalformedRecordException if such records cannot be read
   * @throws io.tracetide.schemas.registry.UnknownSchemaException if the registry does not have it
   */
  public R of(int schemaId) {
    R known = readers.get(schemaId);
    if (known != null) {
      return known;
    }
    MalformedRecordException failure = refused.get(schemaId);
    if (failure != null) {
      throw failure;
    }
    Schema schema = registry.schemaById(schemaId);
    try {
      R reader = readerOf.apply(schema);
      readers.put(schemaId, reader);
      return reader;
    } catch (MalformedRecordException e) {
      refused.put(schemaId, e);
      throw e;
    }
  }
}
