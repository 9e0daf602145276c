package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.detection.AnomalyDetector;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.FeatureRow;
import io.tracetide.processor.detection.Finding;
import io.tracetide.processor.detection.Journal;
import io.tracetide.processor.detection.WindowFeatures;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Feeds closed base windows, and recent ones that were revised, to the learned detector, and
 * publishes what it finds.
 *
 * <p>A window is judged as a whole, in one call, so a commit never falls between its rows, its
 * episodes and its anomalies; so are the windows that were revised at one commit.
 */
public final class DetectAnomalies
    implements Processor<byte[], WindowEvent, String, Anomaly>, Journal {

  private final DetectionConfig config;
  private final AnomaliesConfig keeping;
  private final Duration window;
  private final Duration judgeRevisionsFor;
  private final ProcessorMetrics metrics;
  private ProcessorContext<String, Anomaly> context;
  private WindowStore<Bytes, byte[]> features;
  private EpisodeTable episodes;
  private AnomalyLog anomalies;
  private AnomalyDetector detector;

  /**
   * Detects in windows of the given length.
   *
   * @param window length of the base windows
   * @param judgeRevisionsFor how long after it has closed a window may be judged again
   */
  @SuppressWarnings("NullAway.Init")
  public // Streams calls init before anything else.
  DetectAnomalies(
      DetectionConfig config,
      AnomaliesConfig keeping,
      Duration window,
      Duration judgeRevisionsFor,
      ProcessorMetrics metrics) {
    this.config = config;
    this.keeping = keeping;
    this.window = window;
    this.judgeRevisionsFor = judgeRevisionsFor;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    features = context.getStateStore(AnomalyStores.FEATURES);
    ChangelogStart.ensure(features);
    KeyValueStore<Bytes, byte[]> episodeStore = context.getStateStore(AnomalyStores.EPISODES);
    ChangelogStart.ensure(episodeStore, Bytes.wrap(new byte[0]));
    episodes = new EpisodeTable(episodeStore);
    KeyValueStore<String, Anomaly> anomalyStore = context.getStateStore(AnomalyStores.ANOMALIES);
    ChangelogStart.ensure(anomalyStore, "");
    anomalies = new AnomalyLog(anomalyStore, Set.of(Detector.ISOLATION_FOREST), keeping);
    detector = restore();
  }

  /** The store hands out the rows of a series in the order of their windows. */
  private AnomalyDetector restore() {
    AnomalyDetector restored = new AnomalyDetector(config, window, judgeRevisionsFor);
    try (KeyValueIterator<Windowed<Bytes>, byte[]> rows = features.all()) {
      while (rows.hasNext()) {
        KeyValue<Windowed<Bytes>, byte[]> row = rows.next();
        SeriesId series = SeriesCodec.decode(row.key.key().get());
        restored.restore(series, row.key.window().start(), FeatureRow.decode(row.value));
      }
    }
    restored.restored();
    episodes.eachOfDetector(restored::restore);
    return restored;
  }

  @Override
  public void process(Record<byte[], WindowEvent> record) {
    if (record.value() instanceof WindowEvent.Closed closed) {
      SeriesId series = closed.series();
      if (isWatched(series) && !detector.observe(series, WindowFeatures.of(closed.stats()))) {
        metrics.seriesUnwatched.increment();
      }
    } else if (record.value() instanceof WindowEvent.Complete complete) {
      detector.complete(complete.startMs(), complete.recent(), this);
      anomalies.expire(complete.endMs());
    } else if (record.value() instanceof WindowEvent.Revised revised) {
      SeriesId series = revised.series();
      if (isWatched(series)) {
        detector.revise(series, revised.startMs(), WindowFeatures.of(revised.stats()));
      }
    } else if (record.value() instanceof WindowEvent.RevisionsComplete complete) {
      detector.revisionsComplete(complete.recent(), this);
    }
  }

  private boolean isWatched(SeriesId series) {
    return config.maxSeries() > 0 && AnomalyDetector.watches(series);
  }

  @Override
  public void row(SeriesId series, long startMs, FeatureRow row) {
    features.put(Bytes.wrap(SeriesCodec.encode(series)), row.encode(), startMs);
  }

  @Override
  public void episode(SeriesId series, Episode episode) {
    episodes.put(series, episode);
  }

  @Override
  public void finding(Finding finding) {
    AnomalyRecord found =
        new AnomalyRecord(
            Detector.ISOLATION_FOREST,
            finding.series(),
            finding.change(),
            null,
            finding.startMs(),
            finding.endMs(),
            finding.observed(),
            finding.expected(),
            finding.contributions(),
            finding.summary());
    Anomaly anomaly = anomalies.write(found);
    metrics.published(anomaly);
    context.forward(new Record<>(anomaly.getFingerprint(), anomaly, finding.endMs()));
  }
}
