package io.tracetide.alert.topology;

import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.deadletter.DeadLetterLog;
import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.size.Oversized;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Separates anomalies from malformed records, which are counted, logged and forwarded as dead
 * letters. When the registry is unavailable, the exception stops the thread before a commit, and
 * its replacement retries.
 */
final class ValidateAnomalies
    extends ContextualProcessor<byte[], byte[], byte[], ValidatedAnomaly> {

  private static final int MAX_NAME_LENGTH = 1_024;

  private final AvroDecoder<Anomaly> decoder;
  private final SinkMetrics metrics;
  private final DeadLetterLog letters =
      new DeadLetterLog(LoggerFactory.getLogger(ValidateAnomalies.class));

  ValidateAnomalies(AvroDecoder<Anomaly> decoder, SinkMetrics metrics) {
    this.decoder = decoder;
    this.metrics = metrics;
  }

  @Override
  public void process(Record<byte[], byte[]> read) {
    metrics.received();
    byte @Nullable [] maybe = read.value();
    byte[] value = maybe == null ? new byte[0] : maybe;
    Oversized cut = Oversized.in(read.headers());
    // The original headers are not forwarded.
    Record<byte[], byte[]> record =
        read.withHeaders(new RecordHeaders()).withTimestamp(context().currentSystemTimeMs());
    try {
      if (cut != null) {
        letter(record, value, MalformedRecordException.Reason.TOO_LARGE.name(), cut);
        return;
      }
      if (value.length > AlertTopology.MAX_ANOMALY_BYTES) {
        ByteBuffer full = ByteBuffer.wrap(value);
        letter(
            record,
            Oversized.prefix(full),
            MalformedRecordException.Reason.TOO_LARGE.name(),
            new Oversized(null, Oversized.Size.of(full)));
        return;
      }
      Anomaly anomaly = decoder.decode(value);
      if (!areLabels(anomaly)) {
        letter(record, value, "BAD_NAME", null);
      } else if (isNamed(anomaly) && isKeyed(read.key(), anomaly)) {
        context().forward(record.withValue(new ValidatedAnomaly.Accepted(anomaly)));
      } else {
        letter(record, value, "BAD_KEY", null);
      }
    } catch (MalformedRecordException e) {
      letter(record, value, e.reason().name(), null);
    } catch (UnknownSchemaException e) {
      letter(record, value, "UNKNOWN_SCHEMA", null);
    }
  }

  private static boolean isNamed(Anomaly anomaly) {
    return isName(anomaly.getFingerprint()) && isName(anomaly.getAnomalyId());
  }

  private static boolean isName(String name) {
    return !name.isEmpty() && fits(name);
  }

  /**
   * Limits the lengths of labels, because group keys consist of them and are stored with every
   * alert.
   */
  private static boolean areLabels(Anomaly anomaly) {
    String rule = anomaly.getRule();
    String metric = anomaly.getMetric();
    return fits(anomaly.getTenantId())
        && fits(anomaly.getServiceName())
        && fits(anomaly.getOperationName())
        && (rule == null || fits(rule))
        && (metric == null || fits(metric))
        && (anomaly.getIncident() == null || fits(anomaly.getIncident().getIncidentId()));
  }

  private static boolean fits(String name) {
    return name.length() <= MAX_NAME_LENGTH;
  }

  /** With another key, the records of an alert would be in two partitions and notified twice. */
  private static boolean isKeyed(byte @Nullable [] key, Anomaly anomaly) {
    return Arrays.equals(key, anomaly.getFingerprint().getBytes(StandardCharsets.UTF_8));
  }

  private void letter(
      Record<byte[], byte[]> record, byte[] value, String reason, @Nullable Oversized cut) {
    RecordMetadata from = context().recordMetadata().orElseThrow();
    metrics.poison(from.topic(), reason);
    letters.note(
        reason, "", from.topic(), from.partition(), from.offset(), context().currentSystemTimeMs());
    context()
        .forward(
            record
                .<ValidatedAnomaly>withValue(new ValidatedAnomaly.Malformed(value))
                .withHeaders(
                    DeadLetters.headers(
                        reason, null, from.topic(), from.partition(), from.offset(), cut)));
  }
}
