package io.tracetide.processor.detection.evidence;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the samples of windows of one partition that had closed before detection was switched
 * on. Not thread-safe.
 */
public final class PastSamples {

  /** Maximum of samples of all partitions, because they wait for each other. */
  public static final int MOST = TenantWindows.MOST_WAITING;

  private final int partition;
  private final long before;
  private final int maxSeries;
  private final int maxSamples;
  private final Set<SeriesId> series = new HashSet<>();
  private final Map<String, NavigableMap<Long, List<SeriesSample>>> byTenant = new TreeMap<>();
  private int samples;

  /**
   * Starts without samples.
   *
   * @param before number of the window before which they are
   * @param maxSeries maximum of series that are sampled
   * @param maxSamples number of samples from which no more are needed
   */
  public PastSamples(int partition, long before, int maxSeries, int maxSamples) {
    this.partition = partition;
    this.before = before;
    this.maxSeries = maxSeries;
    this.maxSamples = maxSamples;
  }

  /** Whether there are enough samples. */
  public boolean isFull() {
    return samples >= maxSamples;
  }

  /**
   * Adds a series in a window; those of its service are collected by so many windows later.
   *
   * @param window number of the window in which the spans ended
   * @param lag usual lateness of the service, in windows
   */
  public void add(SeriesId id, long window, int lag, WindowStats stats) {
    boolean wanted = SampleCollector.samples(id) && window + lag < before;
    if (!wanted || (series.size() >= maxSeries && !series.contains(id))) {
      return;
    }
    series.add(id);
    byTenant
        .computeIfAbsent(id.tenant(), tenant -> new TreeMap<>())
        .computeIfAbsent(window + lag, number -> new ArrayList<>())
        .add(SeriesSample.of(id, lag, stats));
    samples++;
  }

  /** The batches of each tenant, from its first window with spans on, in order. */
  public List<SampleBatch> batches() {
    List<SampleBatch> batches = new ArrayList<>();
    byTenant.forEach(
        (tenant, windows) -> {
          for (long window = windows.firstKey(); window < before; window++) {
            batches.addAll(
                SampleBatch.divide(
                    tenant,
                    partition,
                    window,
                    windows.getOrDefault(window, List.of()),
                    SampleBatch.Kind.PAST_PART,
                    SampleBatch.Kind.PAST_LAST));
          }
        });
    return batches;
  }

  /** The tenants, with the latest window of each that had spans. */
  public Map<String, Long> tenants() {
    Map<String, Long> latest = new TreeMap<>();
    byTenant.forEach((tenant, windows) -> latest.put(tenant, windows.lastKey()));
    return latest;
  }
}
