package io.tracetide.schemas.topic;

/** Names of the public topics. Internal topics of Streams applications are not included. */
public final class Topics {

  /** {@code TraceEvent} by trace id. */
  public static final String TRACES = "traces";

  /**
   * {@code TraceEventBatch} without a key: events of one partition, in one record. The partition is
   * that of the trace ids as keys; the topic has as many partitions as {@link #TRACES}.
   */
  public static final String TRACE_BATCHES = "trace-batches";

  /** {@code MetricSample} by {@code tenant|service}. */
  public static final String METRICS = "metrics";

  /** {@code WindowAggregate} by {@code SeriesKey}: closed and revised windows. */
  public static final String WINDOW_AGGREGATES = "window-aggregates";

  /** {@code Anomaly} by fingerprint: opened, updated, resolved. */
  public static final String ANOMALIES = "anomalies";

  /** {@code AlertCommand} by its id: silences, acknowledgements, feedback. */
  public static final String ALERT_COMMANDS = "alert-commands";

  /**
   * {@code AlertInput} by tenant: anomalies, alerts of other systems, commands and timers, in the
   * order in which the alert sink decides on them.
   */
  public static final String ALERT_INPUTS = "alert-inputs";

  /** {@code Notification} by {@code receiver|groupKey}. */
  public static final String NOTIFICATIONS = "notifications";

  /** {@code NotificationOutcome} by notification id. */
  public static final String NOTIFICATION_LOG = "notification-log";

  /**
   * What was last delivered to a receiver about a group, by {@code receiver|groupKey}: text in
   * UTF-8, for the alert sink only.
   */
  public static final String DELIVERY_STATE = "delivery-state";

  /** {@code AuditEntry} by tenant: entries to be chained into {@code audit}. */
  public static final String AUDIT_ENTRIES = "audit-entries";

  /** {@code AuditRecord} by tenant, hash-chained per partition. */
  public static final String AUDIT = "audit";

  /**
   * Records that the processor could not process: original key and bytes, the reason in headers.
   */
  public static final String TRACES_DEAD_LETTER = "traces-dead-letter";

  /** Notifications that could not be delivered: original key and bytes, the reason in headers. */
  public static final String NOTIFICATIONS_DEAD_LETTER = "notifications-dead-letter";

  private Topics() {}
}
