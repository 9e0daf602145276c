package io.tracetide.alert.topology;

import io.tracetide.alert.contract.InputWriter;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.AlertStatus;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.registry.UnknownSchemaException;
import io.tracetide.schemas.serde.AvroBytes;
import io.tracetide.schemas.serde.AvroDecoder;
import io.tracetide.schemas.serde.MalformedRecordException;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards anomalies to the inputs of their tenant. Alerts that a build without groups has stored
 * are forwarded first, and removed from its store.
 */
final class RouteAnomalies extends ContextualProcessor<byte[], Anomaly, String, AlertInput> {
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);
  private static final Logger log = LoggerFactory.getLogger(RouteAnomalies.class);

  private final AvroDecoder<Anomaly> decoder;
  private final PendingOutputs outputs = new PendingOutputs();

  @SuppressWarnings("NullAway.Init") // set by init, before the first record
  private KeyValueStore<String, byte[]> former;

  private @Nullable Cancellable look;
  private boolean moved;

  RouteAnomalies(AvroDecoder<Anomaly> decoder) {
    this.decoder = decoder;
  }

  @Override
  public void init(ProcessorContext<String, AlertInput> context) {
    super.init(context);
    former = context.getStateStore(AlertTopology.FORMER_ALERTS_STORE);
    look = context.schedule(FIRST_LOOK, PunctuationType.WALL_CLOCK_TIME, time -> moveFormer());
    context.schedule(
        PendingOutputs.LOOK, PunctuationType.WALL_CLOCK_TIME, time -> outputs.look(context));
  }

  @Override
  public void process(Record<byte[], Anomaly> record) {
    moveFormer();
    forward(record.value().getTenantId(), record.value());
  }

  private void moveFormer() {
    if (look != null) {
      look.cancel();
      look = null;
    }
    if (moved) {
      return;
    }
    moved = true;
    int forwarded = 0;
    try (KeyValueIterator<String, byte[]> all = former.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        forwarded += moveFormer(entry.key, entry.value) ? 1 : 0;
        former.delete(entry.key);
      }
    }
    if (forwarded > 0) {
      log.info("alerts of an earlier version taken over alerts={}", forwarded);
    }
  }

  /** Forwards a firing alert; a resolved one is over for all its receivers. */
  private boolean moveFormer(String fingerprint, byte[] bytes) {
    try {
      AlertRecord stored = StoredAlerts.read(bytes);
      if (stored.getStatus() != AlertStatus.FIRING) {
        return false;
      }
      forward(decoder.decode(AvroBytes.copy(stored.getAnomaly())).getTenantId(), stored);
      return true;
    } catch (IllegalArgumentException | MalformedRecordException | UnknownSchemaException e) {
      log.warn(
          "stored alert of an earlier version is unreadable and dropped fingerprint={} cause={}",
          fingerprint,
          e.getMessage());
      return false;
    }
  }

  private void forward(String tenant, Object input) {
    long now = context().currentSystemTimeMs();
    outputs.written();
    context()
        .forward(
            new Record<>(tenant, InputWriter.input(tenant, Instant.ofEpochMilli(now), input), now));
  }
}
