package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.ClassicBuckets;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Two hours of spans, as windows of all tiers, and as what a scrape of the same counters every ten
 * seconds would have found.
 */
final class SpanHistory {
  static final long START_MS = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
  static final long END_MS = START_MS + 7_200_000;
  private static final long WINDOW_MS = WindowTier.BASE.sizeMs();
  private static final double FINE_FACTOR = 1.02;
  private static final double FINE_LEAST = 0.001;
  private static final double FINE_MOST = 4;

  /** A finished span. */
  record Span(SeriesId series, long endMs, double micros, boolean failed) {}

  final List<Span> spans = new ArrayList<>();

  SpanHistory(long seed) {
    Random random = new Random(seed);
    add(random, SeriesId.ofOperation("default", "shop", "pay"), 1, 12, 40, 0.05);
    add(random, SeriesId.ofOperation("default", "shop", "browse"), 1, 30, 8, 0.001);
    add(random, SeriesId.ofOperation("default", "cart", "add"), 1, 6, 90, 0.2);
    add(random, SeriesId.ofOperation("acme", "shop", "pay"), 1, 3, 300, 0.01);
    add(random, SeriesId.ofOperation("acme", "batch", "run nightly"), 18, 5, 900, 0.5);
    spans.sort(Comparator.comparing(Span::endMs));
  }

  /** Spans in every n-th window. */
  private void add(
      Random random, SeriesId series, int every, int perWindow, double millis, double failures) {
    for (long startMs = START_MS; startMs < END_MS; startMs += every * WINDOW_MS) {
      int count = 1 + random.nextInt(2 * perWindow);
      for (int i = 0; i < count; i++) {
        // Ends belong to the window that begins with them.
        long endMs = startMs + random.nextInt((int) WINDOW_MS);
        spans.add(new Span(series, endMs, micros(random, millis), random.nextDouble() < failures));
      }
    }
  }

  /** A duration that is not within 1.5 % of a bound of buckets. */
  private static double micros(Random random, double millis) {
    while (true) {
      double seconds = Math.min(3.9, millis / 1_000 * Math.exp(random.nextGaussian() * 0.8));
      double rounded = Math.max(1, Math.rint(seconds * 1e6));
      boolean nearABound =
          ClassicBuckets.bounds().stream()
              .mapToDouble(bound -> bound.equals("+Inf") ? 1e9 : Double.parseDouble(bound))
              .anyMatch(bound -> Math.abs(rounded / 1e6 / bound - 1) < 0.015);
      if (!nearABound) {
        return rounded;
      }
    }
  }

  /** The windows of all tiers. */
  MemoryWindows windows() {
    MemoryWindows windows = new MemoryWindows().closedUpTo(END_MS);
    for (WindowTier tier : WindowTier.ALL) {
      Map<Long, Map<String, WindowStats>> stats = new TreeMap<>();
      Map<String, SeriesId> names = new TreeMap<>();
      for (Span span : spans) {
        names.put(span.series().toString(), span.series());
        stats
            .computeIfAbsent(tier.windowStart(span.endMs()), start -> new TreeMap<>())
            .computeIfAbsent(span.series().toString(), name -> new WindowStats())
            .record(span.micros(), 1, span.failed());
      }
      stats.forEach(
          (start, ofSeries) ->
              ofSeries.forEach(
                  (name, window) -> windows.put(tier, names.get(name), start, window, 0)));
    }
    return windows;
  }

  /** The spans of a series that windows in (end - range, end] have counted. */
  List<Span> in(long endMs, long rangeMs, Predicate<Span> wanted) {
    return spans.stream()
        .filter(
            span -> {
              long windowEndMs = WindowTier.BASE.windowStart(span.endMs()) + WINDOW_MS;
              return windowEndMs > endMs - rangeMs && windowEndMs <= endMs;
            })
        .filter(wanted)
        .toList();
  }

  /** The counters at the ends of windows, in OpenMetrics. Fine buckets are written each minute. */
  String openMetrics() {
    Map<String, List<Span>> bySeries = new TreeMap<>();
    spans.forEach(
        span ->
            bySeries
                .computeIfAbsent(span.series().toString(), name -> new ArrayList<>())
                .add(span));
    StringBuilder calls = new StringBuilder("# TYPE traces_span_metrics_calls counter\n");
    StringBuilder durations =
        new StringBuilder("# TYPE traces_span_metrics_duration_seconds histogram\n");
    StringBuilder fine = new StringBuilder("# TYPE fine_seconds histogram\n");
    for (List<Span> ofSeries : bySeries.values()) {
      Scrape scrape = new Scrape(ofSeries);
      for (long timeMs = START_MS; timeMs <= END_MS; timeMs += WINDOW_MS) {
        scrape.advance(timeMs);
        scrape.calls(calls);
        scrape.histogram("traces_span_metrics_duration_seconds", scrape.classic, durations);
        if (timeMs % 60_000 == 0) {
          scrape.histogram("fine_seconds", scrape.fine, fine);
        }
      }
    }
    return calls.append(durations).append(fine).append("# EOF\n").toString();
  }

  /** The counters of one series. */
  private static final class Scrape {
    private final List<Span> spans;
    private final String labels;
    final Map<Double, Long> classic = new TreeMap<>();
    final Map<Double, Long> fine = new TreeMap<>();
    private int at;
    private long timeMs;
    private long failed;
    private double sum;

    Scrape(List<Span> spans) {
      this.spans = spans;
      SeriesId series = spans.get(0).series();
      labels =
          "tenant=\"%s\",service_name=\"%s\",span_name=\"%s\""
              .formatted(series.tenant(), series.service(), series.operation());
      for (String bound : ClassicBuckets.bounds()) {
        classic.put(
            bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound), 0L);
      }
      for (double bound = FINE_LEAST; bound < FINE_MOST; bound *= FINE_FACTOR) {
        fine.put(bound, 0L);
      }
      fine.put(Double.POSITIVE_INFINITY, 0L);
    }

    /** Counts the spans of the windows that end up to this time. */
    void advance(long toMs) {
      timeMs = toMs;
      for (; at < spans.size() && spans.get(at).endMs() < toMs; at++) {
        double seconds = spans.get(at).micros() / 1e6;
        failed += spans.get(at).failed() ? 1 : 0;
        sum += seconds;
        count(classic, seconds);
        count(fine, seconds);
      }
    }

    private static void count(Map<Double, Long> buckets, double seconds) {
      buckets.replaceAll((bound, count) -> seconds <= bound ? count + 1 : count);
    }

    void calls(StringBuilder out) {
      line(out, "traces_span_metrics_calls_total", ",status_code=\"STATUS_CODE_ERROR\"", failed);
      line(
          out,
          "traces_span_metrics_calls_total",
          ",status_code=\"STATUS_CODE_UNSET\"",
          at - failed);
    }

    void histogram(String name, Map<Double, Long> buckets, StringBuilder out) {
      buckets.forEach(
          (bound, count) ->
              line(
                  out,
                  name + "_bucket",
                  ",le=\"" + (Double.isInfinite(bound) ? "+Inf" : bound.toString()) + "\"",
                  count));
      line(out, name + "_sum", "", sum);
      line(out, name + "_count", "", at);
    }

    private void line(StringBuilder out, String name, String more, double value) {
      out.append(name).append('{').append(labels).append(more).append("} ");
      out.append(value).append(' ').append(timeMs / 1_000).append('\n');
    }
  }
}
