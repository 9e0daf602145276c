package io.tracetide.processor.topology;

import io.tracetide.processor.window.Partial;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The windows of one tier in one task: open ones in memory, all of them in the store.
 *
 * <p>A window that has closed leaves the memory. Work that comes later is added to what the store
 * holds, as long as it holds it, and the window is published again with the next revision.
 */
final class TierWindows {

  /**
   * Windows without any work that are reported one by one. In a longer silence the first ones are
   * left out: whoever listens has long forgotten every series.
   */
  static final int MAX_SILENT_WINDOWS = 720;

  private final WindowTier tier;
  private final WindowStore<Bytes, byte[]> store;
  private final ProcessorMetrics metrics;
  private final TreeMap<Long, Map<Bytes, Live>> open = new TreeMap<>();
  private final Map<Place, Live> late = new LinkedHashMap<>();
  private final List<Live> changed = new ArrayList<>();
  private long closedUpTo;

  /** Hears what becomes known of windows. */
  @FunctionalInterface
  interface Listener {
    void onWindow(SeriesId series, WindowEvent event);
  }

  /** A series in a window. */
  private record Place(Bytes series, long startMs) {}

  /** Counts in memory, and whether the store has them. */
  private static final class Live {
    private final Place place;
    private final WindowStats stats;
    private int revision;
    private boolean stored;

    Live(Place place, WindowStats stats, int revision, boolean stored) {
      this.place = place;
      this.stats = stats;
      this.revision = revision;
      this.stored = stored;
    }

    SeriesId series() {
      return SeriesCodec.decode(place.series.get());
    }
  }

  /** Takes up the windows that a former run of the task had not closed. */
  TierWindows(
      WindowTier tier,
      WindowStore<Bytes, byte[]> store,
      long closedUpTo,
      ProcessorMetrics metrics) {
    this.tier = tier;
    this.store = store;
    this.closedUpTo = closedUpTo;
    this.metrics = metrics;
    long from = closedUpTo == Long.MIN_VALUE ? 0 : closedUpTo;
    try (KeyValueIterator<Windowed<Bytes>, byte[]> stored = store.fetchAll(from, Long.MAX_VALUE)) {
      while (stored.hasNext()) {
        KeyValue<Windowed<Bytes>, byte[]> next = stored.next();
        Place place = new Place(next.key.key(), next.key.window().start());
        openWindow(place.startMs).put(place.series, restore(place, next.value));
      }
    }
  }

  WindowTier tier() {
    return tier;
  }

  /** Windows that end at this time or before have closed. */
  long closedUpTo() {
    return closedUpTo;
  }

  /** Adds partial counts to their window; counts them as expired when it is no longer kept. */
  void add(Bytes series, Partial partial, long watermarkMs) {
    Place place = new Place(series, tier.windowStart(partial.windowStartMs()));
    long endMs = place.startMs + tier.sizeMs();
    if (endMs <= watermarkMs - tier.retentionMs()) {
      metrics.expired(tier.name()).increment();
      return;
    }
    Live live;
    if (endMs <= closedUpTo) {
      metrics.latePartials.increment();
      live = late.computeIfAbsent(place, this::load);
    } else {
      live = openWindow(place.startMs).computeIfAbsent(series, key -> fresh(place));
    }
    live.stats.merge(partial.stats());
    if (live.stored) {
      live.stored = false;
      changed.add(live);
    }
  }

  private Map<Bytes, Live> openWindow(long startMs) {
    return open.computeIfAbsent(startMs, start -> new HashMap<>());
  }

  private static Live fresh(Place place) {
    return new Live(place, new WindowStats(), 0, true);
  }

  private Live load(Place place) {
    byte[] stored = store.fetch(place.series, place.startMs);
    return stored == null ? fresh(place) : restore(place, stored);
  }

  private static Live restore(Place place, byte[] stored) {
    WindowStatsCodec.Stored counts = WindowStatsCodec.decode(stored);
    return new Live(place, counts.stats(), counts.revision(), true);
  }

  /** Closes, in order, every window that ends at the given event time or before. */
  void closeUpTo(long eventTimeMs, Listener listener) {
    long target = tier.windowStart(eventTimeMs);
    if (closedUpTo == Long.MIN_VALUE) {
      // The first windows ever: nothing before the oldest work needs to be closed.
      closedUpTo = open.isEmpty() ? target : Math.min(target, open.firstKey());
    }
    while (closedUpTo < target) {
      long nextWork = open.isEmpty() ? target : Math.min(target, open.firstKey());
      long startMs = Math.max(closedUpTo, nextWork - MAX_SILENT_WINDOWS * tier.sizeMs());
      if (startMs >= target) {
        closedUpTo = target;
        return;
      }
      close(startMs, listener);
      closedUpTo = startMs + tier.sizeMs();
    }
  }

  private void close(long startMs, Listener listener) {
    long endMs = startMs + tier.sizeMs();
    Map<Bytes, Live> window = open.remove(startMs);
    if (window != null) {
      Map<SeriesId, WindowStats> services = new LinkedHashMap<>();
      for (Live live : window.values()) {
        store(live);
        SeriesId series = live.series();
        listener.onWindow(series, new WindowEvent.Closed(series, startMs, endMs, live.stats));
        if (series.isLatency()) {
          services.computeIfAbsent(series.ofService(), s -> new WindowStats()).merge(live.stats);
        }
      }
      services.forEach(
          (service, stats) ->
              listener.onWindow(service, new WindowEvent.Closed(service, startMs, endMs, stats)));
      metrics.windowsClosed.increment(window.size());
    }
    WindowEvent.Complete complete = new WindowEvent.Complete(startMs, endMs);
    listener.onWindow(COMPLETE, complete);
  }

  /** Stands in for the series of events that concern all of them. */
  private static final SeriesId COMPLETE =
      new SeriesId("", "", SeriesId.ALL_OPERATIONS, SeriesId.LATENCY);

  /** Writes what changed since the last commit, and publishes windows that had closed. */
  void write(Listener listener) {
    for (Live live : late.values()) {
      live.revision++;
    }
    changed.forEach(this::store);
    changed.clear();
    if (!late.isEmpty()) {
      Set<Place> services = new LinkedHashSet<>();
      for (Live live : late.values()) {
        SeriesId series = live.series();
        publishRevision(series, live.place.startMs, live.stats, live.revision, listener);
        if (series.isLatency()) {
          services.add(new Place(live.place.series, live.place.startMs));
        }
      }
      late.clear();
      reviseServices(services, listener);
    }
  }

  /** Merges the stored operations of the services again; one revision per service and window. */
  private void reviseServices(Set<Place> places, Listener listener) {
    Set<Place> done = new LinkedHashSet<>();
    for (Place place : places) {
      SeriesId service = SeriesCodec.decode(place.series.get()).ofService();
      byte[] prefix = SeriesCodec.servicePrefix(service.tenant(), service.service());
      if (!done.add(new Place(Bytes.wrap(prefix), place.startMs))) {
        continue;
      }
      WindowStats merged = new WindowStats();
      int revision = 0;
      try (KeyValueIterator<Windowed<Bytes>, byte[]> operations =
          store.fetch(
              Bytes.wrap(prefix),
              Bytes.wrap(SeriesCodec.endOfPrefix(prefix)),
              place.startMs,
              place.startMs)) {
        while (operations.hasNext()) {
          KeyValue<Windowed<Bytes>, byte[]> operation = operations.next();
          if (SeriesCodec.decode(operation.key.key().get()).isLatency()) {
            WindowStatsCodec.Stored counts = WindowStatsCodec.decode(operation.value);
            merged.merge(counts.stats());
            // The sum rises with each operation's own, so it never repeats.
            revision += counts.revision();
          }
        }
      }
      publishRevision(service, place.startMs, merged, revision, listener);
    }
  }

  private void publishRevision(
      SeriesId series, long startMs, WindowStats stats, int revision, Listener listener) {
    metrics.windowsRevised.increment();
    listener.onWindow(
        series, new WindowEvent.Revised(series, startMs, startMs + tier.sizeMs(), stats, revision));
  }

  private void store(Live live) {
    if (!live.stored) {
      store.put(
          live.place.series,
          WindowStatsCodec.encode(live.stats, live.revision),
          live.place.startMs);
      live.stored = true;
    }
  }

  /** Drops what is in memory: the task begins again from its last commit. */
  void forget() {
    open.clear();
    late.clear();
    changed.clear();
  }
}
