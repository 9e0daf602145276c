package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A batch that records its accepted events and samples. */
public final class CapturedBatch {

  public static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  private static final Masker MASKER = Masker.of(PrivacyConfig.defaults());

  private final List<TraceEvent> events = new ArrayList<>();
  private final List<MetricSample> samples = new ArrayList<>();
  private final RecordBatchBuilder batch;

  private CapturedBatch(EventLimits limits, BodyLimits body) {
    this.batch =
        new RecordBatchBuilder(
            "acme",
            NOW,
            limits,
            body,
            new RecordEncoder() {
              @Override
              public byte[] encode(TraceEvent event) {
                events.add(event);
                return new byte[1];
              }

              @Override
              public byte[] encode(MetricSample sample) {
                samples.add(sample);
                return new byte[1];
              }
            },
            MASKER,
            new KnownTexts(MASKER),
            new InFlight(Long.MAX_VALUE).open());
  }

  public static CapturedBatch withDefaults() {
    return new CapturedBatch(EventLimits.defaults(), BodyLimits.defaults());
  }

  public static CapturedBatch with(EventLimits limits) {
    return new CapturedBatch(limits, BodyLimits.defaults());
  }

  public static CapturedBatch with(BodyLimits limits) {
    return new CapturedBatch(EventLimits.defaults(), limits);
  }

  /** Small limits. */
  public static EventLimits tight() {
    return new EventLimits(
        3, 16, 16, 16, 32, 2, 2, 16_384, Duration.ofMinutes(5), Duration.ofDays(30));
  }

  public RecordBatchBuilder batch() {
    return batch;
  }

  public CapturedBatch read(PayloadFormat format, byte[] body) {
    format.read(Payload.of(body), batch);
    return this;
  }

  public List<TraceEvent> events() {
    return events;
  }

  public List<MetricSample> samples() {
    return samples;
  }

  public MetricSample onlySample() {
    if (samples.size() != 1 || batch.received() != 1) {
      throw new AssertionError("expected one sample, got " + samples + " and " + batch.refused());
    }
    return samples.get(0);
  }

  public TraceEvent onlyEvent() {
    if (events.size() != 1 || batch.received() != 1) {
      throw new AssertionError("expected one event, got " + events + " and " + batch.refused());
    }
    return events.get(0);
  }

  public List<RefusalReason> reasons() {
    return batch.refused().stream().map(Refusal::reason).toList();
  }

  public long count(Truncation truncation) {
    return batch.truncations().of(truncation);
  }
}
