package io.tracetide.schemas.topic;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.SeriesKey;
import io.tracetide.schemas.TraceEvent;
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

/** The schema of every topic's values, and of the one key that is a record, by subject. */
public final class SubjectCatalog {

  /**
   * Of what Tracetide writes, where it alone registers schemas: new ones must read what any earlier
   * version wrote.
   */
  private static final String OURS = "BACKWARD_TRANSITIVE";

  /**
   * Of what services write, which may register schemas of their own: ours must read what they
   * wrote, too. Without that a schema that lacks a field which ours requires is accepted, its
   * records cannot be read, and every later schema is refused because of it.
   */
  private static final String OF_SERVICES = "FULL_TRANSITIVE";

  private static final Set<String> WRITTEN_BY_SERVICES =
      Set.of(valueSubject(Topics.TRACES), valueSubject(Topics.METRICS));

  private static final Map<String, Schema> ALL = schemas();

  private SubjectCatalog() {}

  /** Schema by subject, in the order of the data flow. */
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

  /** Which changes of the subject's schema are allowed. */
  public static String compatibility(String subject) {
    return WRITTEN_BY_SERVICES.contains(subject) ? OF_SERVICES : OURS;
  }

  /**
   * Sets the compatibility of every subject, then registers its schema. Safe to repeat.
   *
   * @throws IncompatibleSchemaException if a version that is there forbids it; the message names it
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

  /** Which of the versions stand in the way of a schema, why, and what to do about it. */
  private static Optional<String> explanation(
      String subject, Schema schema, SortedMap<Integer, Schema> versions) {
    SortedMap<Integer, String> inTheWay = new TreeMap<>();
    versions.forEach(
        (version, other) -> {
          String why = whatIsLost(schema, other);
          if (why.isEmpty() && WRITTEN_BY_SERVICES.contains(subject)) {
            why = whatIsLost(other, schema);
          }
          if (!why.isEmpty()) {
            inTheWay.put(version, why);
          }
        });
    if (inTheWay.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ("the schema registry refuses %s for subject %s, because another client has registered"
                + " schemas there that it does not go with: version %s. Stop that client, delete"
                + " these versions for good (DELETE /subjects/%s/versions/N and the same with"
                + " ?permanent=true), and start again")
            .formatted(
                schema.getFullName(),
                subject,
                inTheWay.entrySet().stream()
                    .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                    .collect(Collectors.joining(", version ")),
                subject));
  }

  private static String whatIsLost(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .stream()
        .map(lost -> lost.getType() + " at " + lost.getLocation() + ": " + lost.getMessage())
        .findFirst()
        .orElse("");
  }

  private static Map<String, Schema> schemas() {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(valueSubject(Topics.TRACES), TraceEvent.getClassSchema());
    schemas.put(valueSubject(Topics.METRICS), MetricSample.getClassSchema());
    schemas.put(keySubject(Topics.WINDOW_AGGREGATES), SeriesKey.getClassSchema());
    schemas.put(valueSubject(Topics.WINDOW_AGGREGATES), WindowAggregate.getClassSchema());
    schemas.put(valueSubject(Topics.ANOMALIES), Anomaly.getClassSchema());
    schemas.put(valueSubject(Topics.ALERT_COMMANDS), AlertCommand.getClassSchema());
    schemas.put(valueSubject(Topics.NOTIFICATIONS), Notification.getClassSchema());
    schemas.put(valueSubject(Topics.NOTIFICATION_LOG), NotificationOutcome.getClassSchema());
    schemas.put(valueSubject(Topics.AUDIT_ENTRIES), AuditEntry.getClassSchema());
    schemas.put(valueSubject(Topics.AUDIT), AuditRecord.getClassSchema());
    return Collections.unmodifiableMap(schemas);
  }
}
