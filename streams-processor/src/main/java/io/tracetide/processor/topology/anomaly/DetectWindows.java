package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.TierWindow;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.KafkaRowStore;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.RetainedRows;
import io.tracetide.schemas.Anomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Evaluates closed windows, and recent ones that were revised, with a list of detectors, and
 * forwards the anomalies that they publish.
 *
 * <p>A window is evaluated in one call, so no commit happens between its rows, its episodes and its
 * anomalies. The same applies to the windows that were revised at one commit.
 */
public final class DetectWindows implements Processor<byte[], WindowEvent, String, Anomaly> {

  private final Supplier<List<WindowDetector>> detectors;
  private final List<WindowTier> tiers;
  private final String name;
  private final DetectionProgress progress;
  private final ProcessorMetrics metrics;
  private List<DetectorStorage> attached = List.of();
  private ProcessorContext<String, Anomaly> context;
  private DetectionProgress.Node reported;

  /**
   * Creates the processor.
   *
   * @param detectors creates new detectors in the same order, which are then restored from the
   *     stores; at most one saves rows
   * @param tiers the tiers of the windows
   * @param name of the node of the topology
   * @param progress receives how much the detectors know
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public DetectWindows(
      Supplier<List<WindowDetector>> detectors,
      List<WindowTier> tiers,
      String name,
      DetectionProgress progress,
      ProcessorMetrics metrics) {
    this.detectors = detectors;
    this.tiers = List.copyOf(tiers);
    this.name = name;
    this.progress = progress;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    reported = progress.node(context.taskId().partition(), name);
    KeyValueStore<Bytes, byte[]> episodes = context.getStateStore(AnomalyStores.EPISODES);
    ChangelogStart.ensure(episodes, Bytes.wrap(new byte[0]));
    List<WindowDetector> created = detectors.get();
    if (created.stream().filter(WindowDetector::savesRows).count() > 1) {
      throw new IllegalArgumentException("more than one detector of a processor saves rows");
    }
    attached = new ArrayList<>(created.size());
    created.forEach(detector -> attached.add(restored(detector)));
  }

  private DetectorStorage restored(WindowDetector detector) {
    DetectorStorage storage = new DetectorStorage(detector, context, metrics);
    storage.restore();
    return storage;
  }

  /**
   * Lets the detectors that have not begun learn from the stored windows before their first one.
   */
  private void begin(TierWindow first) {
    for (int i = 0; i < attached.size(); i++) {
      DetectorStorage each = attached.get(i);
      if (each.detector().watches(first.tier()) && each.begins()) {
        KafkaRowStore stored = new KafkaRowStore(context.getStateStore(first.tier().storeName()));
        new StoredWindows(first.tier(), new RetainedRows(stored))
            .teach(each.detector(), first.startMs(), each);
        attached.set(i, restored(detectors.get().get(i)));
      }
    }
  }

  @Override
  public void close() {
    reported.close();
  }

  @Override
  public void process(Record<byte[], WindowEvent> record) {
    WindowEvent event = record.value();
    WindowTier tier = tier(event);
    TierWindow window = new TierWindow(tier, event.startMs());
    if (event instanceof WindowEvent.Closed || event instanceof WindowEvent.Complete) {
      begin(window);
    }
    if (event instanceof WindowEvent.Closed closed) {
      observe(closed.series(), window, closed.stats());
    } else if (event instanceof WindowEvent.Complete complete) {
      complete(window, complete.recent());
    } else if (event instanceof WindowEvent.Revised revised) {
      revise(revised.series(), window, revised.stats());
    } else if (event instanceof WindowEvent.RevisionsComplete complete) {
      revisionsComplete(window, complete.recent());
    }
  }

  private WindowTier tier(WindowEvent event) {
    for (WindowTier tier : tiers) {
      if (tier.sizeMs() == event.sizeMs()) {
        return tier;
      }
    }
    throw new IllegalStateException("no tier has windows of " + event.sizeMs() + " ms");
  }

  private void observe(SeriesId series, TierWindow window, WindowStats stats) {
    for (DetectorStorage each : attached) {
      WindowDetector detector = each.detector();
      if (detector.watches(series, window.tier()) && !detector.observe(series, window, stats)) {
        metrics.seriesUnwatched.increment();
      }
    }
  }

  private void complete(TierWindow window, RecentWindows recent) {
    for (DetectorStorage each : attached) {
      if (each.detector().watches(window.tier())) {
        each.detector().complete(window, recent, each);
      }
    }
    reported.update(context.currentSystemTimeMs(), this::progress);
  }

  private PartitionProgress progress() {
    List<SeriesProgress> series = new ArrayList<>();
    attached.forEach(each -> each.detector().eachProgress(series::add));
    return new PartitionProgress(series, List.of());
  }

  private void revise(SeriesId series, TierWindow window, WindowStats stats) {
    for (DetectorStorage each : attached) {
      if (each.detector().watches(series, window.tier())) {
        each.detector().revise(series, window, stats);
      }
    }
  }

  private void revisionsComplete(TierWindow newest, RecentWindows recent) {
    for (DetectorStorage each : attached) {
      if (each.detector().watches(newest.tier())) {
        each.detector().revisionsComplete(newest, recent, each);
      }
    }
  }
}
