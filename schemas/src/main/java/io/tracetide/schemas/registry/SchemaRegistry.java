package io.tracetide.schemas.registry;

import java.util.Collections;
import java.util.SortedMap;
import org.apache.avro.Schema;

/**
 * Numbers schemas and finds them by their number. Thread-safe.
 *
 * <p>Three things can go wrong, and they ask for different answers: the registry does not know the
 * schema ({@link UnknownSchemaException}: the record or the setup is at fault), it refuses a new
 * schema ({@link IncompatibleSchemaException}: the code is at fault), or it cannot be asked ({@link
 * RegistryUnavailableException}: wait and try again).
 */
public interface SchemaRegistry extends AutoCloseable {

  /**
   * Number of the schema under that subject, registering it if it is new.
   *
   * @throws IncompatibleSchemaException if the subject's earlier versions forbid it
   * @throws RegistryUnavailableException if the registry cannot be asked
   */
  int register(String subject, Schema schema);

  /**
   * Number of the schema under that subject, without registering it.
   *
   * @throws UnknownSchemaException if the subject has no such schema
   * @throws RegistryUnavailableException if the registry cannot be asked
   */
  int lookup(String subject, Schema schema);

  /**
   * The schema of that number.
   *
   * @throws UnknownSchemaException if there is none
   * @throws RegistryUnavailableException if the registry cannot be asked
   */
  Schema schemaById(int id);

  /**
   * The schema of each version of a subject, by its number; nothing for a subject without schemas,
   * and of a registry that does not list them.
   *
   * @throws RegistryUnavailableException if the registry cannot be asked
   */
  default SortedMap<Integer, Schema> versions(String subject) {
    return Collections.emptySortedMap();
  }

  /**
   * Sets which changes of the subject's schema are allowed from now on.
   *
   * @param level a level of the Confluent API, for example {@code BACKWARD_TRANSITIVE}
   * @throws RegistryUnavailableException if the registry cannot be asked
   */
  void setCompatibility(String subject, String level);

  @Override
  void close();
}
