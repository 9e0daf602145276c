package io.tracetide.gateway.record;

import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import io.tracetide.schemas.MetricSample;
import io.tracetide.schemas.TraceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An intake whose accepted events can be looked at. */
public final class CapturedIntake {

  public static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  private static final Masker MASKER = Masker.of(PrivacyConfig.defaults());

  private final List<TraceEvent> events = new ArrayList<>();
  private final List<MetricSample> samples = new ArrayList<>();
  private final RecordBatchBuilder intake;

  private CapturedIntake(EventLimits limits, BodyLimits body) {
    this.intake =
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

  public static CapturedIntake withDefaults() {
    return new CapturedIntake(EventLimits.defaults(), BodyLimits.defaults());
  }

  public static CapturedIntake with(EventLimits limits) {
    return new CapturedIntake(limits, BodyLimits.defaults());
  }

  public static CapturedIntake with(BodyLimits limits) {
    return new CapturedIntake(EventLimits.defaults(), limits);
  }

  /** Small enough to reach every limit by hand. */
  public static EventLimits tight() {
    return new EventLimits(
        3, 16, 16, 16, 32, 2, 2, 16_384, Duration.ofMinutes(5), Duration.ofDays(30));
  }

  public RecordBatchBuilder intake() {
    return intake;
  }

  public CapturedIntake read(PayloadFormat dialect, byte[] body) {
    dialect.read(body, 0, body.length, intake);
    return this;
  }

  public List<TraceEvent> events() {
    return events;
  }

  public List<MetricSample> samples() {
    return samples;
  }

  public MetricSample onlySample() {
    if (samples.size() != 1 || intake.received() != 1) {
      throw new AssertionError("expected one sample, got " + samples + " and " + intake.refused());
    }
    return samples.get(0);
  }

  public TraceEvent onlyEvent() {
    if (events.size() != 1 || intake.received() != 1) {
      throw new AssertionError("expected one event, got " + events + " and " + intake.refused());
    }
    return events.get(0);
  }

  public List<RefusalReason> reasons() {
    return intake.refused().stream().map(Refusal::reason).toList();
  }

  public long count(Truncation adjustment) {
    return intake.adjustments().of(adjustment);
  }
}
