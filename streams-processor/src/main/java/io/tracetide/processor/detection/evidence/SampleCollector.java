package io.tracetide.processor.detection.evidence;

import static io.tracetide.processor.anomaly.EpisodeSubject.SERIES_ORDER;

import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects the samples of the operations of one partition, for all its tenants. A service whose
 * spans usually arrive late is sampled by so many windows later, so that a window that is still
 * filling does not look like a fall of traffic.
 *
 * <p>A tenant gets a batch for every window, also for one without spans, so that the end of the
 * window is known; when it has had no spans for longer than the detector remembers a series, it
 * gets none. Not thread-safe.
 */
public final class SampleCollector {

  private final int partition;
  private final long windowMs;
  private final int forgetAfterWindows;
  private final int maxSeries;
  private final Map<SeriesId, Sampled> watched = new TreeMap<>(SERIES_ORDER);

  /** Samples of revised windows, by tenant and window. */
  private final Map<String, Map<Long, List<SeriesSample>>> revised = new TreeMap<>();

  /** The latest window with spans, by tenant. */
  private final Map<String, Long> tenants = new TreeMap<>();

  /** Windows without spans after which a tenant gets no batches. */
  static final int REMEMBERED = 2 * EvidenceDetector.FORGET_AFTER;

  /** A series, and its values in the window that is being closed. */
  private static final class Sampled {
    long lastWindow;
    @Nullable SeriesSample arrived;
  }

  /**
   * Creates a collector.
   *
   * @param partition number of the partition
   * @param windowMs length of the windows
   * @param forgetAfterWindows windows without spans after which a series is no longer sampled
   * @param maxSeries maximum of series that are sampled
   */
  public SampleCollector(int partition, long windowMs, int forgetAfterWindows, int maxSeries) {
    this.partition = partition;
    this.windowMs = windowMs;
    this.forgetAfterWindows = forgetAfterWindows;
    this.maxSeries = maxSeries;
  }

  /** Whether a series is sampled: the latency of single operations. */
  public static boolean samples(SeriesId series) {
    return series.isLatency()
        && !series.operation().equals(SeriesId.ALL_OPERATIONS)
        && !series.service().equals(SeriesId.OTHER);
  }

  /**
   * Adds a series to the window that {@link #complete} ends.
   *
   * @return false when as many series as allowed are sampled already
   */
  public boolean observe(SeriesId series, long startMs, WindowStats stats) {
    Sampled sampled = watched.get(series);
    if (sampled == null) {
      if (watched.size() >= maxSeries) {
        return false;
      }
      sampled = new Sampled();
      watched.put(series, sampled);
    }
    sampled.lastWindow = Math.floorDiv(startMs, windowMs);
    tenants.put(series.tenant(), sampled.lastWindow);
    sampled.arrived = SeriesSample.of(series, 0, stats);
    return true;
  }

  /** The tenants that get batches, with the latest window of each that had spans. */
  public Map<String, Long> tenants() {
    return Collections.unmodifiableMap(tenants);
  }

  /**
   * Adds tenants that get batches, too.
   *
   * @param latest the latest window of each that had spans
   */
  public void restore(Map<String, Long> latest) {
    latest.forEach((tenant, window) -> tenants.merge(tenant, window, Math::max));
  }

  /** The batches of a window, each tenant's in order. */
  public List<SampleBatch> complete(long startMs, RecentWindows recent) {
    long window = Math.floorDiv(startMs, windowMs);
    watched.values().removeIf(series -> window - series.lastWindow > forgetAfterWindows);
    tenants.values().removeIf(last -> window - last > REMEMBERED);
    Map<String, List<SeriesSample>> byTenant = new TreeMap<>();
    tenants.keySet().forEach(tenant -> byTenant.put(tenant, new ArrayList<>()));
    watched.forEach(
        (series, sampled) -> {
          List<SeriesSample> samples =
              byTenant.computeIfAbsent(series.tenant(), tenant -> new ArrayList<>());
          SeriesSample sample = sample(series, sampled, startMs, recent);
          if (sample != null) {
            samples.add(sample);
          }
        });
    List<SampleBatch> batches = new ArrayList<>();
    byTenant.forEach(
        (tenant, samples) ->
            batches.addAll(
                SampleBatch.divide(
                    tenant,
                    partition,
                    window,
                    samples,
                    SampleBatch.Kind.PART,
                    SampleBatch.Kind.LAST)));
    return batches;
  }

  private @Nullable SeriesSample sample(
      SeriesId series, Sampled sampled, long startMs, RecentWindows recent) {
    SeriesSample arrived = sampled.arrived;
    sampled.arrived = null;
    int lag = recent.lateness(series);
    if (lag == 0) {
      return arrived;
    }
    WindowStats stats = recent.stats(series, startMs - lag * windowMs);
    return stats == null ? null : SeriesSample.of(series, lag, stats);
  }

  /** Replaces a series in a window that {@link #complete} has ended. */
  public void revise(SeriesId series, long startMs, WindowStats stats) {
    if (watched.containsKey(series)) {
      long window = Math.floorDiv(startMs, windowMs);
      revised
          .computeIfAbsent(series.tenant(), tenant -> new TreeMap<>())
          .computeIfAbsent(window, w -> new ArrayList<>())
          .add(SeriesSample.of(series, 0, stats));
    }
  }

  /** The batches of the windows that were revised. */
  public List<SampleBatch> revisionsComplete(RecentWindows recent) {
    List<SampleBatch> batches = new ArrayList<>();
    revised.forEach(
        (tenant, windows) ->
            windows.forEach(
                (window, samples) -> {
                  samples.replaceAll(sample -> sample.withLag(recent.lateness(id(tenant, sample))));
                  batches.addAll(
                      SampleBatch.divide(
                          tenant,
                          partition,
                          window,
                          samples,
                          SampleBatch.Kind.REVISED,
                          SampleBatch.Kind.REVISED));
                }));
    revised.clear();
    return batches;
  }

  private static SeriesId id(String tenant, SeriesSample sample) {
    return SeriesId.ofOperation(tenant, sample.service(), sample.operation());
  }
}
