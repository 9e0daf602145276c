package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.MetricType;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationReason;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.launch.PipelineFixture;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;

/** Good records of each topic, with a text of a given length in them. */
final class PaddedRecords {
  private final Map<String, AvroEncoder<?>> encoders = new TreeMap<>();
  private final PipelineFixture kafka;
  private final Random random;

  PaddedRecords(PipelineFixture kafka, Random random) {
    this.kafka = kafka;
    this.random = random;
  }

  /** Makes a good record, with so many bytes of text in it. */
  interface Maker {
    Made make(int textBytes);
  }

  record Made(byte[] key, byte[] value) {}

  Made work(int textBytes) {
    return event(TraceEventType.COMPLETED, "good", textBytes);
  }

  Made routedWork(int textBytes) {
    return event(TraceEventType.COMPLETED, "routed", textBytes);
  }

  Made start(int textBytes) {
    return event(TraceEventType.STARTED, "good", textBytes);
  }

  private Made event(TraceEventType type, String service, int textBytes) {
    String traceId = Long.toHexString(random.nextLong());
    return new Made(utf8(traceId), event(type, service, traceId, "text", textBytes));
  }

  byte[] event(TraceEventType type, String service, String traceId, String tag, int textBytes) {
    TraceEvent.Builder event =
        TraceEvent.newBuilder()
            .setType(type)
            .setStatus(
                type == TraceEventType.COMPLETED ? TraceStatus.COMPLETED : TraceStatus.RUNNING)
            .setTraceId(traceId)
            .setSpanId("1")
            .setServiceName(service)
            .setOperationName("op")
            .setTags(Map.of(tag, "t".repeat(textBytes)))
            .setTimestamp(Instant.now());
    if (type == TraceEventType.COMPLETED) {
      event.setDurationMicros(1_000L);
    }
    return encode(Topics.TRACES, TraceEvent.class, event.build());
  }

  Made sample(int textBytes) {
    return new Made(utf8("default|good"), sample("gauge", textBytes));
  }

  Made hugeSample(int textBytes) {
    return sample(textBytes);
  }

  byte[] sample(String metric, int textBytes) {
    return encode(
        Topics.METRICS,
        MetricSample.class,
        MetricSample.newBuilder()
            .setServiceName("good")
            .setMetricName(metric)
            .setType(MetricType.GAUGE)
            .setValue(1.0)
            .setTags(Map.of("text", "t".repeat(textBytes)))
            .setTimestamp(Instant.now())
            .build());
  }

  Made entry(int textBytes) {
    return new Made(
        utf8("default"),
        encode(
            Topics.AUDIT_ENTRIES,
            AuditEntry.class,
            new AuditEntry(
                "default",
                Instant.now(),
                "it",
                "good",
                "subject",
                Map.of("text", "t".repeat(textBytes)))));
  }

  Made anomaly(int textBytes) {
    Anomaly anomaly = anomaly(Long.toHexString(random.nextLong()), textBytes);
    return new Made(
        utf8(anomaly.getFingerprint()), encode(Topics.ANOMALIES, Anomaly.class, anomaly));
  }

  private static Anomaly anomaly(String fingerprint, int textBytes) {
    Instant now = Instant.now();
    return Anomaly.newBuilder()
        .setTenantId("default")
        .setAnomalyId(fingerprint + "@it")
        .setFingerprint(fingerprint)
        .setServiceName("good")
        .setOperationName("op")
        .setDetector(Detector.ISOLATION_FOREST)
        .setKind(AnomalyKind.LATENCY)
        .setRule(null)
        .setSeverity(Severity.HIGH)
        .setConfidence(0.9)
        .setState(AnomalyState.OPEN)
        .setRevision(0)
        .setOpenedAt(now)
        .setUpdatedAt(now)
        .setWindowStart(now.minusSeconds(10))
        .setWindowEnd(now)
        .setObserved(Map.of("p95_ms", 840.0))
        .setExpected(Map.of("p95_ms", 1e308))
        .setContributions(Map.of())
        .setSummary("s".repeat(textBytes))
        .setExemplars(new io.tracetide.schemas.Exemplars(null, null, null))
        .build();
  }

  Made notification(int textBytes) {
    String id = Long.toHexString(random.nextLong());
    Notification notification =
        Notification.newBuilder()
            .setTenantId("default")
            .setNotificationId(id)
            .setReceiver("log")
            .setGroupKey("g".repeat(textBytes))
            .setSequence(1L)
            .setStatus(AlertStatus.FIRING)
            .setReason(NotificationReason.FIRST_NOTIFICATION)
            .setDecidedAt(Instant.now())
            .setAlerts(List.of())
            .build();
    return new Made(
        utf8("log|" + id), encode(Topics.NOTIFICATIONS, Notification.class, notification));
  }

  @SuppressWarnings("unchecked") // One type of records for each topic.
  private <T extends SpecificRecord> byte[] encode(String topic, Class<T> type, T record) {
    AvroEncoder<T> encoder =
        (AvroEncoder<T>) encoders.computeIfAbsent(topic, name -> kafka.encoder(name, type));
    return encoder.encode(record);
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
