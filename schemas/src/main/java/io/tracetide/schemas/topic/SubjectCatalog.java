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
import io.tracetide.schemas.registry.SchemaRegistry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** The schema of every topic's values, and of the one key that is a record, by subject. */
public final class SubjectCatalog {

  /** New schemas must read what any earlier version wrote. */
  public static final String COMPATIBILITY = "BACKWARD_TRANSITIVE";

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

  /** Sets the compatibility of every subject, then registers its schema. Safe to repeat. */
  public static void register(SchemaRegistry registry) {
    ALL.forEach(
        (subject, schema) -> {
          registry.setCompatibility(subject, COMPATIBILITY);
          registry.register(subject, schema);
        });
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
