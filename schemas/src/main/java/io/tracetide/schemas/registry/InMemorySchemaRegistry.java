package io.tracetide.schemas.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.SchemaValidationException;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;

/**
 * A registry in this process, for tests. Like the real one, it gives a schema the same id under all
 * its subjects, and refuses schemas that break a subject's compatibility.
 */
public final class InMemorySchemaRegistry implements SchemaRegistry {

  private final Map<Schema, Integer> ids = new HashMap<>();
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, List<Schema>> versions = new HashMap<>();
  private final Map<String, String> levels = new HashMap<>();

  @Override
  public synchronized int register(String subject, Schema schema) {
    List<Schema> earlier = versions.computeIfAbsent(subject, key -> new ArrayList<>());
    if (!earlier.contains(schema)) {
      requireCompatible(subject, schema, earlier);
      earlier.add(schema);
    }
    return ids.computeIfAbsent(
        schema,
        key -> {
          schemas.add(key);
          return schemas.size();
        });
  }

  @Override
  public synchronized int lookup(String subject, Schema schema) {
    if (!versions.getOrDefault(subject, List.of()).contains(schema)) {
      throw new UnknownSchemaException(
          "subject " + subject + " has no such schema " + schema.getFullName());
    }
    return ids.getOrDefault(schema, 0);
  }

  @Override
  public synchronized Schema schemaById(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new UnknownSchemaException("no schema has the id " + id);
    }
    return schemas.get(id - 1);
  }

  @Override
  public synchronized SortedMap<Integer, Schema> versions(String subject) {
    SortedMap<Integer, Schema> numbered = new TreeMap<>();
    for (Schema schema : versions.getOrDefault(subject, List.of())) {
      numbered.put(numbered.size() + 1, schema);
    }
    return numbered;
  }

  @Override
  public synchronized void setCompatibility(String subject, String level) {
    validator(level);
    levels.put(subject, level);
  }

  @Override
  public void close() {}

  private void requireCompatible(String subject, Schema schema, List<Schema> earlier) {
    List<Schema> newestFirst = new ArrayList<>(earlier);
    Collections.reverse(newestFirst);
    try {
      validator(levels.getOrDefault(subject, "NONE")).validate(schema, newestFirst);
    } catch (SchemaValidationException e) {
      throw new IncompatibleSchemaException("subject " + subject + ": " + e.getMessage());
    }
  }

  private static SchemaValidator validator(String level) {
    SchemaValidatorBuilder builder = new SchemaValidatorBuilder();
    return switch (level.toUpperCase(Locale.ROOT)) {
      case "NONE" -> (schema, existing) -> {};
      case "BACKWARD" -> builder.canReadStrategy().validateLatest();
      case "BACKWARD_TRANSITIVE" -> builder.canReadStrategy().validateAll();
      case "FORWARD" -> builder.canBeReadStrategy().validateLatest();
      case "FORWARD_TRANSITIVE" -> builder.canBeReadStrategy().validateAll();
      case "FULL" -> builder.mutualReadStrategy().validateLatest();
      case "FULL_TRANSITIVE" -> builder.mutualReadStrategy().validateAll();
      default -> throw new IllegalArgumentException("no compatibility level " + level);
    };
  }
}
