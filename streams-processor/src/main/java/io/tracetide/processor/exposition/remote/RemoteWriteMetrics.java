package io.tracetide.processor.exposition.remote;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Meters of remote write. */
public final class RemoteWriteMetrics {
  private static final String SENT = "tracetide.processor.remote.write.samples.sent";
  private static final String LOST = "tracetide.processor.remote.write.samples.lost";
  private static final String RETRIES = "tracetide.processor.remote.write.retries";
  private static final String QUEUED = "tracetide.processor.remote.write.queued";

  /** Descriptions of the meters. */
  public static final Map<String, String> HELP =
      Map.of(
          SENT, "Samples that the receiver of remote write has accepted",
          LOST, "Samples that were not delivered, by reason",
          RETRIES, "Requests of remote write that were repeated",
          QUEUED, "Requests of remote write that wait");

  /** Why samples were not delivered. */
  enum Loss {
    /** The receiver does not accept the request. */
    REJECTED,
    /** The receiver did not accept it for too long. */
    EXPIRED,
    /** Too many requests waited. */
    OVERFLOW
  }

  private final MeterRegistry meters;
  private final Counter sent;
  private final Counter retries;
  private final Map<Loss, Counter> lost = new EnumMap<>(Loss.class);

  public RemoteWriteMetrics(MeterRegistry meters) {
    this.meters = meters;
    sent = meters.counter(SENT);
    retries = meters.counter(RETRIES);
    for (Loss reason : Loss.values()) {
      lost.put(reason, meters.counter(LOST, "reason", reason.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Shows the number of requests that wait. */
  public void queue(Collection<?> waiting) {
    Gauge.builder(QUEUED, waiting, Collection::size).register(meters);
  }

  void sent(int samples) {
    sent.increment(samples);
  }

  void retried() {
    retries.increment();
  }

  void lost(Loss reason, int samples) {
    Objects.requireNonNull(lost.get(reason)).increment(samples);
  }
}
