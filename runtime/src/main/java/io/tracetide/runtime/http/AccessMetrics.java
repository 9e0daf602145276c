package io.tracetide.runtime.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.runtime.access.Denial;
import io.tracetide.runtime.access.Tokens;
import io.tracetide.runtime.http.tls.TlsFiles;
import io.tracetide.runtime.meter.ListenerMeters;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Meters of authentication; {@link ListenerMeters} has their descriptions. */
final class AccessMetrics {
  private final Map<Denial, Counter> denied = new EnumMap<>(Denial.class);
  private final Counter unanswered;
  private final Counter changed;
  private final Counter failed;

  AccessMetrics(MeterRegistry meters, Tokens tokens) {
    for (Denial denial : Denial.values()) {
      denied.put(denial, meters.counter(ListenerMeters.DENIED, "cause", denial.label()));
    }
    unanswered = meters.counter(ListenerMeters.UNANSWERED);
    changed = meters.counter(ListenerMeters.RELOADS, "outcome", "changed");
    failed = meters.counter(ListenerMeters.RELOADS, "outcome", "failed");
    Gauge.builder(ListenerMeters.TOKENS, tokens, known -> (double) known.size()).register(meters);
  }

  static void bind(MeterRegistry meters, TlsFiles tls) {
    Gauge.builder(
            ListenerMeters.CERTIFICATE_EXPIRES,
            tls,
            files -> (double) files.expires().getEpochSecond())
        .baseUnit("seconds")
        .register(meters);
  }

  void denied(Denial denial) {
    Objects.requireNonNull(denied.get(denial)).increment();
  }

  void unanswered() {
    unanswered.increment();
  }

  void reloaded(Tokens.Reload outcome) {
    switch (outcome) {
      case CHANGED -> changed.increment();
      case FAILED -> failed.increment();
      case UNCHANGED -> {}
    }
  }
}
