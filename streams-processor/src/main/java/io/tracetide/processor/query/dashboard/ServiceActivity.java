package io.tracetide.processor.query.dashboard;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The number of windows of the finest tier in which each service had spans in the last two hours.
 * It changes slowly and needs many keys, so one reading is cached for {@link #FRESH_FOR}.
 */
final class ServiceActivity {
  private static final Duration FRESH_FOR = Duration.ofSeconds(15);

  private static final Duration LOOK_BACK = Duration.ofHours(2);

  /**
   * The activity of one service.
   *
   * @param windows windows in which it had spans
   * @param lastEndMs end of the last one
   * @param closedUpToMs up to where the windows of its partition are closed
   */
  record Known(int windows, long lastEndMs, long closedUpToMs) {}

  /**
   * The result of one reading.
   *
   * @param missing hosts that were not read
   */
  record Reading(Instant at, Map<ServiceName, Known> services, List<String> missing) {}

  private final WindowView view;
  private final WindowTier tier;
  private volatile Reading last = new Reading(Instant.MIN, Map.of(), List.of());

  ServiceActivity(WindowView view, WindowTier finest) {
    this.view = view;
    this.tier = finest;
  }

  /** A reading with a missing host is not cached. */
  Reading services(Instant now, CancellationCheck cancellation) {
    Reading reading = last;
    boolean fresh = !reading.at().isAfter(now) && reading.at().plus(FRESH_FOR).isAfter(now);
    if (!fresh || !reading.missing().isEmpty()) {
      reading = read(now, cancellation);
      last = reading;
    }
    return reading;
  }

  private Reading read(Instant now, CancellationCheck cancellation) {
    long firstMs = tier.windowStart(now.minus(LOOK_BACK).toEpochMilli());
    Map<ServiceName, Seen> seen = new HashMap<>();
    Coverage coverage =
        view.readNames(
            tier,
            firstMs,
            now.toEpochMilli(),
            Scope.EVERYTHING,
            window -> {
              cancellation.check();
              if (window.series().isLatency()) {
                seen.computeIfAbsent(ServiceName.of(window.series()), name -> new Seen())
                    .add(window, firstMs);
              }
            });
    Map<ServiceName, Known> known = new TreeMap<>();
    seen.forEach((name, windows) -> known.put(name, windows.known(firstMs)));
    return new Reading(now, known, coverage.missing());
  }

  private final class Seen {
    private final BitSet windows = new BitSet();
    private long closedUpToMs = Long.MIN_VALUE;

    void add(StoredWindow window, long firstMs) {
      windows.set((int) ((window.startMs() - firstMs) / tier.sizeMs()));
      closedUpToMs = Math.max(closedUpToMs, window.closedUpToMs());
    }

    Known known(long firstMs) {
      return new Known(
          windows.cardinality(), firstMs + windows.length() * tier.sizeMs(), closedUpToMs);
    }
  }
}
