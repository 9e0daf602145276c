package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Anomaly;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** A detector and its rows in the state stores. */
final class DetectorStorage implements DetectorOutput {

  /** First character of the key that a detector has once it has begun; then that of its state. */
  private static final byte BEGUN = 'p';

  private final WindowDetector detector;
  private final KeyValueStore<Bytes, byte[]> store;
  private final EpisodeTable episodes;
  private final @Nullable WindowStore<Bytes, byte[]> rows;
  private final AnomalyPublisher anomalies;
  private boolean hasState;
  private boolean begun;

  DetectorStorage(
      WindowDetector detector,
      ProcessorContext<String, Anomaly> context,
      ProcessorMetrics metrics) {
    this.detector = detector;
    this.store = context.getStateStore(AnomalyStores.EPISODES);
    this.episodes = new EpisodeTable(store, detector.keys());
    this.rows = detector.savesRows() ? context.getStateStore(AnomalyStores.FEATURES) : null;
    this.anomalies = AnomalyPublisher.forwarding(context, metrics);
  }

  WindowDetector detector() {
    return detector;
  }

  void restore() {
    if (rows != null) {
      ChangelogStart.ensure(rows);
      restoreRows(rows);
    }
    detector.rowsRestored();
    episodes.eachEpisode(
        (subject, episode) -> {
          hasState = true;
          detector.restoreEpisode(subject, episode);
        });
    episodes.eachState(
        (subject, state) -> {
          hasState = true;
          detector.restoreState(subject, state);
        });
    boolean saved = store.get(begunKey()) != null;
    if (saved && !detector.learnsFromPast()) {
      store.delete(begunKey()); // It is switched off, and begins anew when it is switched on.
    }
    begun = saved || hasState;
  }

  /** Whether the detector is to learn from the stored windows; only the first time. */
  boolean begins() {
    if (begun || !detector.learnsFromPast()) {
      return false;
    }
    begun = true;
    store.put(begunKey(), new byte[] {1});
    return true;
  }

  private Bytes begunKey() {
    return Bytes.wrap(new byte[] {BEGUN, (byte) detector.keys().state()});
  }

  /** The store returns the rows of a series in the order of their windows. */
  private void restoreRows(WindowStore<Bytes, byte[]> store) {
    try (KeyValueIterator<Windowed<Bytes>, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Windowed<Bytes>, byte[]> row = all.next();
        SeriesId series = SeriesCodec.decode(row.key.key().get());
        hasState = true;
        detector.restoreRow(series, row.key.window().start(), row.value);
      }
    }
  }

  @Override
  public void saveRow(SeriesId series, long startMs, byte[] row) {
    if (rows == null) {
      throw new IllegalStateException("a row from a detector that does not save rows");
    }
    rows.put(Bytes.wrap(SeriesCodec.encode(series)), row, startMs);
  }

  @Override
  public void saveEpisode(EpisodeSubject subject, Episode episode) {
    episodes.putEpisode(subject, episode);
  }

  @Override
  public void saveState(EpisodeSubject subject, byte @Nullable [] state) {
    episodes.putState(subject, state);
  }

  @Override
  public void publish(Finding finding) {
    anomalies.publish(finding);
  }

  @Override
  public boolean isPublished(Finding finding) {
    return anomalies.isPublished(finding);
  }
}
