package io.tracetide.alert.topology;

import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.deadletter.DeadLetterLog;
import io.tracetide.runtime.kafka.deadletter.DeadLetters;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.TimerTick;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import io.tracetide.schemas.size.Oversized;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Separates inputs from malformed records, which are counted, logged and forwarded as dead letters.
 */
final class ValidateInputs extends ContextualProcessor<byte[], byte[], byte[], ValidatedInput> {
  private final AvroDecoder<AlertInput> decoder;
  private final AnomalyWire wire;
  private final SinkMetrics metrics;
  private final DeadLetterLog letters =
      new DeadLetterLog(LoggerFactory.getLogger(ValidateInputs.class));

  ValidateInputs(AvroDecoder<AlertInput> decoder, AnomalyWire wire, SinkMetrics metrics) {
    this.decoder = decoder;
    this.wire = wire;
    this.metrics = metrics;
  }

  @Override
  public void process(Record<byte[], byte[]> read) {
    byte @Nullable [] maybe = read.value();
    byte[] value = maybe == null ? new byte[0] : maybe;
    Oversized cut = Oversized.in(read.headers());
    Record<byte[], byte[]> record =
        read.withHeaders(new RecordHeaders()).withTimestamp(context().currentSystemTimeMs());
    if (cut != null) {
      letter(record, value, MalformedRecordException.Reason.TOO_LARGE.name(), cut);
      return;
    }
    try {
      AlertInput input = decoder.decode(value);
      if (input.getInput() instanceof AlertRecord stored) {
        Anomaly unused = wire.decode(AvroBytes.copy(stored.getAnomaly()));
      }
      if (isKeyed(read.key(), input)) {
        context().forward(record.withValue(new ValidatedInput.Accepted(input)));
      } else {
        letter(record, value, "BAD_KEY", null);
      }
    } catch (MalformedRecordException e) {
      letter(record, value, e.reason().name(), null);
    } catch (UnknownSchemaException e) {
      letter(record, value, "UNKNOWN_SCHEMA", null);
    }
  }

  /** With another key, the alerts of a tenant would be in two partitions and notified twice. */
  private static boolean isKeyed(byte @Nullable [] key, AlertInput input) {
    return input.getInput() instanceof TimerTick
        || Arrays.equals(key, input.getTenantId().getBytes(StandardCharsets.UTF_8));
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
                .<ValidatedInput>withValue(new ValidatedInput.Malformed(value))
                .withHeaders(
                    DeadLetters.headers(
                        reason, null, from.topic(), from.partition(), from.offset(), cut)));
  }
}
