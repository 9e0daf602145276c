package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.Difference;
import io.tracetide.processor.query.window.EarlierRange;
import io.tracetide.processor.query.window.EarlierWindows;
import io.tracetide.processor.query.window.EarlierWindows.Span;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowStats;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The spans of each service in an earlier range. */
final class EarlierServices {
  private final Map<ServiceName, WindowStats> services = new HashMap<>();
  private final WindowStats all = new WindowStats();
  private final EarlierWindows windows;
  private final Span span;
  private final Coverage coverage;

  private EarlierServices(
      WindowView view,
      Scope scope,
      EarlierWindows windows,
      Span span,
      CancellationCheck cancellation) {
    this.windows = windows;
    this.span = span;
    this.coverage =
        view.readTotals(
            windows.granularity().tier(),
            span.fromMs(),
            span.toMs(),
            scope,
            window -> {
              cancellation.check();
              window.addTo(
                  services.computeIfAbsent(
                      ServiceName.of(window.series()), name -> new WindowStats()));
            });
    services.values().forEach(all::merge);
  }

  /** Reads the earlier windows of those that start in [firstMs, endMs). */
  static EarlierServices read(
      WindowView view,
      Scope scope,
      EarlierWindows windows,
      long firstMs,
      long endMs,
      CancellationCheck cancellation) {
    return new EarlierServices(view, scope, windows, windows.span(firstMs, endMs), cancellation);
  }

  EarlierRange comparison() {
    return windows.comparison(span, coverage);
  }

  List<String> missing() {
    return coverage.missing();
  }

  /** Statistics of a service; null when it had no spans. */
  @Nullable WindowStats of(ServiceName name) {
    return services.get(name);
  }

  /** Values of a service; null when it had no spans. */
  @Nullable Red red(ServiceName name) {
    return red(services.get(name));
  }

  /** Values of all services; null when none had spans. */
  @Nullable Red red() {
    return red(all);
  }

  private @Nullable Red red(@Nullable WindowStats stats) {
    return stats == null || stats.count() == 0 ? null : Red.of(stats, seconds());
  }

  private double seconds() {
    return (span.toMs() - span.fromMs()) / 1_000.0;
  }

  /**
   * The differences; null without earlier values.
   *
   * @param seconds length of the present range as far as it has passed
   */
  @Nullable Difference change(Red now, double seconds, @Nullable Red earlier) {
    return earlier == null
        ? null
        : new Difference(
            Difference.ofCounts(now.count(), earlier.count(), seconds == seconds()),
            Difference.percent(now.throughputPerSec(), earlier.throughputPerSec()),
            Difference.points(now.errorRatePercent(), earlier.errorRatePercent()),
            Difference.percent(now.p50Ms(), earlier.p50Ms()),
            Difference.percent(now.p95Ms(), earlier.p95Ms()),
            Difference.percent(now.p99Ms(), earlier.p99Ms()));
  }
}
