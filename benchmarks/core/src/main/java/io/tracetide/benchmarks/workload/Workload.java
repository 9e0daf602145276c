package io.tracetide.benchmarks.workload;

import java.time.Duration;

/**
 * A reproducible stream of finished spans, determined by these values.
 *
 * @param seed of all random values
 * @param events number of events
 * @param series distinct pairs of service and operation; above {@value #OPERATIONS}, a multiple of
 *     it
 * @param skew share of the traffic that goes to the first service, the rest is spread over the
 *     others; 0 spreads all of it evenly
 * @param startMs event time of the first event, milliseconds since the epoch
 * @param eventsPerSecond events to a second of event time
 * @param lifecycle whether each span has a start event, too, in a separate record; only finished
 *     spans count as events here
 */
public record Workload(
    long seed,
    long events,
    int series,
    double skew,
    long startMs,
    int eventsPerSecond,
    boolean lifecycle) {

  /** Operations of each service, when there are enough series. */
  public static final int OPERATIONS = 100;

  /** Size of the compared windows. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  public Workload {
    require(events > 0, "events must be at least 1");
    require(
        series >= 1 && (series <= OPERATIONS || series % OPERATIONS == 0),
        "series must be at most " + OPERATIONS + " or a multiple of it");
    require(
        series / OPERATIONS <= SeriesNames.MAX_SERVICES,
        "series must be at most " + SeriesNames.MAX_SERVICES * OPERATIONS);
    require(skew >= 0 && skew < 1, "skew must be from 0 to below 1");
    require(
        skew == 0 || series > OPERATIONS,
        "skew needs more than one service, so more than " + OPERATIONS + " series");
    require(
        startMs % WINDOW.toMillis() == 0, "the start must be the start of a window of 10 seconds");
    require(eventsPerSecond > 0, "events per second must be at least 1");
  }

  /** A workload without start events. */
  public Workload(
      long seed, long events, int series, double skew, long startMs, int eventsPerSecond) {
    this(seed, events, series, skew, startMs, eventsPerSecond, false);
  }

  /** The same workload with start events. */
  public Workload withLifecycle() {
    return new Workload(seed, events, series, skew, startMs, eventsPerSecond, true);
  }

  /** Number of records, start events included. */
  public long records() {
    return lifecycle ? 2 * events : events;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  public int services() {
    return Math.max(1, series / OPERATIONS);
  }

  public int operationsPerService() {
    return Math.min(series, OPERATIONS);
  }

  /** Event time of an event, microseconds since the epoch. */
  public long timestampMicros(long event) {
    return startMs * 1_000 + event * 1_000_000 / eventsPerSecond;
  }

  /** Windows that have events. */
  public int windows() {
    return window(timestampMicros(events - 1) / 1_000) + 1;
  }

  /** Number of the window that a time lies in, counted from the first event's. */
  public int window(long timestampMs) {
    return Math.toIntExact(Math.floorDiv(timestampMs - startMs, WINDOW.toMillis()));
  }

  /** Event time from the first event to the last. */
  public Duration span() {
    return Duration.ofMillis(timestampMicros(events - 1) / 1_000 - startMs);
  }

  /** The events from the beginning. */
  public EventSequence sequence() {
    return new EventSequence(this);
  }
}
