package io.tracetide.schemas.topic;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventBatch;
import io.tracetide.schemas.WindowAggregate;
import io.tracetide.schemas.registry.IncompatibleSchemaException;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/** The schemas of all topics' values, and of the only key that is a record, by subject. */
public final class SubjectCatalog {

  /**
   * Level for topics that only Tracetide writes: a new schema must read the records of all earlier
   * ones.
   */
  private static final String OUTPUT_COMPATIBILITY = "BACKWARD_TRANSITIVE";

  /**
   * Level for topics that services write, which may register their own schemas: the schema of
   * Tracetide must read their records, too. Otherwise a schema without a field that Tracetide
   * requires is accepted, its records cannot be read, and every later schema is refused because of
   * it.
   */
  private static final String INPUT_COMPATIBILITY = "FULL_TRANSITIVE";

  private static final Set<String> WRITTEN_BY_SERVICES =
      Set.of(
          valueSubject(Topics.TRACES),
          valueSubject(Topics.TRACE_BATCHES),
          valueSubject(Topics.METRICS));

  private static final Map<String, Schema> ALL = schemas();

  private SubjectCatalog() {}

  /** Schemas by subject, in the order of the data flow. */
  public static Map<String, Schema> all() {
    return ALL;
  }

  /** Subject of a topic's values. */
  public static String valueSubject(String topic) {
    return topic + "-value";
  }

  /** Subject of a topic's keys. */
  public static String keySubject(String topic) {
    return topic + "-key";
  }

  /** Compatibility level of the subject. */
  public static String compatibility(String subject) {
    return WRITTEN_BY_SERVICES.contains(subject) ? INPUT_COMPATIBILITY : OUTPUT_COMPATIBILITY;
  }

  /**
   * Sets the compatibility of every subject, then registers its schema. Idempotent.
   *
   * @throws IncompatibleSchemaException if it is incompatible with an existing version, which the
   *     message names
   */
  public static void register(SchemaRegistry registry) {
    ALL.forEach(
        (subject, schema) -> {
          registry.setCompatibility(subject, compatibility(subject));
          try {
            registry.register(subject, schema);
          } catch (IncompatibleSchemaException e) {
            throw new IncompatibleSchemaException(
                explanation(subject, schema, registry.versions(subject)).orElseGet(e::getMessage));
          }
        });
  }

  /** The versions that are incompatible with a schema, the reason, and the remedy. */
  private static Optional<String> explanation(
      String subject, Schema schema, SortedMap<Integer, Schema> versions) {
    SortedMap<Integer, String> incompatible = new TreeMap<>();
    versions.forEach(
        (version, other) -> {
          String why = incompatibility(schema, other);
          if (why.isEmpty() && WRITTEN_BY_SERVICES.contains(subject)) {
            why = incompatibility(other, schema);
          }
          if (!why.isEmpty()) {
            incompatible.put(version, why);
          }
        });
    if (incompatible.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ("the schema registry refuses %s for subject %s, because another client has registered"
             + " schemas there that are incompatible with it: version %s. Stop that client, delete"
             + " these versions for good (DELETE /subjects/%s/versions/N and the same with"
             + " ?permanent=true), and start again")
            .formatted(
                schema.getFullName(),
                subject,
                incompatible.entrySet().stream()
                    .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                    .collect(Collectors.joining(", version ")),
                subject));
  }

  private static String incompatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(found -> found.getType() + " at " + found.getLocation() + ": " + found.getMessage())
        .findFirst()
        .orElse("");
  }

  private static Map<String, Schema> schemas() {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(valueSubject(Topics.TRACES), TraceEvent.getClassSchema());
    schemas.put(valueSubject(Topics.TRACE_BATCHES), TraceEventBatch.getClassSchema());
    schemas.put(valueSubject(Topics.METRICS), MetricSample.getClassSchema());
    schemas.put(keySubject(Topics.WINDOW_AGGREGATES), SeriesKey.getClassSchema());
    schemas.put(valueSubject(Topics.WINDOW_AGGREGATES), WindowAggregate.getClassSchema());
    schemas.put(valueSubject(Topics.ANOMALIES), Anomaly.getClassSchema());
    schemas.put(valueSubject(Topics.ALERT_COMMANDS), AlertCommand.getClassSchema());
    schemas.put(valueSubject(Topics.ALERT_INPUTS), AlertInput.getClassSchema());
    schemas.put(valueSubject(Topics.NOTIFICATIONS), Notification.getClassSchema());
    schemas.put(valueSubject(Topics.NOTIFICATION_LOG), NotificationOutcome.getClassSchema());
    schemas.put(valueSubject(Topics.AUDIT_ENTRIES), AuditEntry.getClassSchema());
    schemas.put(valueSubject(Topics.AUDIT), AuditRecord.getClassSchema());
    return Collections.unmodifiableMap(schemas);
  }
}
