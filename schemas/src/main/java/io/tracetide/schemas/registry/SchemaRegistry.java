package io.tracetide.schemas.registry;

import java.util.Collections;
import java.util.SortedMap;
import org.apache.avro.Schema;

/**
 * Registers schemas and finds them by their id. Thread-safe.
 *
 * <p>There are three kinds of failures: the schema is not registered ({@link
 * UnknownSchemaException}: correct the record or the setup), the registry refuses a new schema
 * ({@link IncompatibleSchemaException}: correct the schema), or the registry is unavailable ({@link
 * RegistryUnavailableException}: retry).
 */
public interface SchemaRegistry extends AutoCloseable {

  /**
   * Id of the schema under that subject; registers a new one.
   *
   * @throws IncompatibleSchemaException if it is incompatible with earlier versions of the subject
   * @throws RegistryUnavailableException if the registry is unavailable
   */
  int register(String subject, Schema schema);

  /**
   * Id of the schema under that subject, without registering it.
   *
   * @throws UnknownSchemaException if the subject has no such schema
   * @throws RegistryUnavailableException if the registry is unavailable
   */
  int lookup(String subject, Schema schema);

  /**
   * The schema of that id.
   *
   * @throws UnknownSchemaException if there is none
   * @throws RegistryUnavailableException if the registry is unavailable
   */
  Schema schemaById(int id);

  /**
   * The schemas of a subject by version number; empty for a subject without schemas and for a
   * registry that does not list versions.
   *
   * @throws RegistryUnavailableException if the registry is unavailable
   */
  default SortedMap<Integer, Schema> versions(String subject) {
    return Collections.emptySortedMap();
  }

  /**
   * Sets which changes of the subject's schema are allowed from now on.
   *
   * @param level a level of the Confluent API, for example {@code BACKWARD_TRANSITIVE}
   * @throws RegistryUnavailableException if the registry is unavailable
   */
  void setCompatibility(String subject, String level);

  @Override
  void close();
}
