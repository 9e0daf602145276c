package io.tracetide.benchmarks.anomaly;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finished spans of several services with injected faults, in windows of 10 s. The same seed gives
 * the same spans.
 *
 * <p>After a warm-up, one operation in turn is slower, has fewer spans, or fails for a minute; a
 * minute later the next one. The last windows are normal, so that everything is resolved.
 *
 * @param start start of the first window
 * @param windows number of windows
 */
public record FaultyLoad(Instant start, int windows, long seed) {
  /** Length of a window. */
  public static final Duration WINDOW = Duration.ofSeconds(10);

  /** Windows before the first fault: those of the warm-up of detection, and some. */
  public static final int WARM_UP = 260;

  /** Windows after the last fault. */
  public static final int CALM = 60;

  /** Time from the end of a window until it is closed. Event time is faster than the clock here. */
  public static final Duration GRACE = Duration.ofMinutes(20);

  private static final Duration TICK_AFTER = GRACE.plusMinutes(1);
  private static final int SERVICES = 12;
  private static final int OPERATIONS = 2;
  private static final int SPANS = 12;
  private static final int SPREAD = 5;
  private static final int FAULT = 6;
  private static final int PERIOD = 12;
  private static final double SLOWER = 4;
  private static final double LEFT = 0.05;
  private static final double FAILED = 0.4;
  private static final double USUALLY_FAILED = 0.002;
  private static final double MEDIAN_MICROS = 20_000;
  private static final double SIGMA = 0.4;

  private enum Fault {
    SLOWER,
    FEWER,
    FAILING
  }

  /** A span. */
  public record Span(
      String traceId,
      String service,
      String operation,
      Instant end,
      long durationMicros,
      boolean failed) {}

  public FaultyLoad {
    if (windows < WARM_UP + PERIOD + CALM) {
      throw new IllegalArgumentException("too few windows: " + windows);
    }
  }

  /** End of the last window. */
  public Instant end() {
    return start.plus(WINDOW.multipliedBy(windows));
  }

  /** A span outside the load that closes all windows of its partition. */
  Span tick(int partition) {
    return new Span(
        HexFormat.of().toHexDigits(seed) + HexFormat.of().toHexDigits((long) partition),
        "tick",
        "tick",
        end().plus(TICK_AFTER),
        1_000,
        false);
  }

  /** Time after the end by which all spans are written. */
  static Duration last() {
    return TICK_AFTER;
  }

  /** Number of injected faults. */
  public int faults() {
    return (windows - WARM_UP - CALM) / PERIOD;
  }

  /** Passes the spans of a window on, in the order of their ends. */
  public void forEachSpan(int window, Consumer<Span> spans) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + window);
    int series = SERVICES * OPERATIONS;
    int[] counts = new int[series];
    int all = 0;
    for (int i = 0; i < series; i++) {
      counts[i] = SPANS + random.nextInt(SPREAD);
      if (fault(window, i) == Fault.FEWER) {
        counts[i] = random.nextDouble() < LEFT * SPANS ? 1 : 0;
      }
      all += counts[i];
    }
    long step = WINDOW.toNanos() / (all + 1);
    int sent = 0;
    for (int round = 0; sent < all; round++) {
      for (int i = 0; i < series; i++) {
        if (round < counts[i]) {
          Instant end = start.plus(WINDOW.multipliedBy(window)).plusNanos(step * ++sent);
          spans.accept(span(i, end, random, fault(window, i)));
        }
      }
    }
  }

  private static Span span(
      int series, Instant end, SplittableRandom random, @Nullable Fault fault) {
    double slower = fault == Fault.SLOWER ? SLOWER : 1;
    double duration = MEDIAN_MICROS * slower * Math.exp(SIGMA * random.nextGaussian());
    double failed = fault == Fault.FAILING ? FAILED : USUALLY_FAILED;
    HexFormat hex = HexFormat.of();
    return new Span(
        hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()),
        "service-" + series / OPERATIONS,
        "operation-" + series % OPERATIONS,
        end,
        Math.round(duration),
        random.nextDouble() < failed);
  }

  private @Nullable Fault fault(int window, int series) {
    int since = window - WARM_UP;
    int number = since / PERIOD;
    boolean fault = since >= 0 && since % PERIOD < FAULT && number < faults();
    if (!fault || number % (SERVICES * OPERATIONS) != series) {
      return null;
    }
    return Fault.values()[number % Fault.values().length];
  }
}
