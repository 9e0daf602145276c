package io.tracetide.processor.exposition;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;

/** Meters of scrapes of the metrics of services. */
public final class ExpositionMetrics {
  private static final String SCRAPES = "tracetide.processor.exposition.scrapes";
  private static final String BYTES = "tracetide.processor.exposition.bytes";
  private static final String DROPPED = "tracetide.processor.exposition.gauges.dropped";

  /** Descriptions of the meters. */
  public static final Map<String, String> HELP =
      Map.of(
          SCRAPES, "Scrapes of the metrics of services, by outcome",
          BYTES, "Bytes of these answers, before compression",
          DROPPED, "Gauges that an answer lacks, because it has exposition.maxSeries of its kind");

  private final Counter answered;
  private final Counter unavailable;
  private final Counter bytes;
  private final Counter dropped;

  public ExpositionMetrics(MeterRegistry meters) {
    answered = meters.counter(SCRAPES, "outcome", "answered");
    unavailable = meters.counter(SCRAPES, "outcome", "unavailable");
    bytes = meters.counter(BYTES);
    dropped = meters.counter(DROPPED);
  }

  void answered(int size) {
    answered.increment();
    bytes.increment(size);
  }

  void unavailable() {
    unavailable.increment();
  }

  /** A gauge was left out. */
  public void dropped() {
    dropped.increment();
  }
}
