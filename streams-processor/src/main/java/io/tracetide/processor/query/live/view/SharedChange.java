package io.tracetide.processor.query.live.view;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.query.anomaly.AnomaliesAnswer;
import io.tracetide.processor.query.http.AnswerJson;
import io.tracetide.processor.query.trace.TracesAnswer;
import io.tracetide.processor.query.window.StoredWindow;
import io.tracetide.processor.query.window.WindowUpdates;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import org.jspecify.annotations.Nullable;

/**
 * A change on its way to all views: it is decoded and serialised once, however many views show it.
 * For one thread.
 */
public abstract sealed class SharedChange {

  private SharedChange() {}

  public abstract LiveTopic topic();

  public abstract String tenant();

  public abstract String service();

  /**
   * The change.
   *
   * @param base tier of windows that change
   */
  public static SharedChange of(StateChange change, WindowTier base, DecodedSeries names) {
    if (change instanceof StateChange.OfWindow window) {
      return new OfWindow(window, base, names.of(window.series()));
    } else if (change instanceof StateChange.OfAnomaly anomaly) {
      return new OfAnomaly(anomaly.anomaly());
    } else if (change instanceof StateChange.OfTrace trace) {
      return new OfTrace(trace);
    }
    throw new IllegalArgumentException("unknown change");
  }

  /** A base window of one series. */
  static final class OfWindow extends SharedChange {
    private final SeriesId series;
    private final StateChange.OfWindow change;
    private final WindowTier base;
    private @Nullable Item item;

    /** Identifies a window of a series in messages. */
    record WindowKey(SeriesId series, long startMs) {}

    private OfWindow(StateChange.OfWindow change, WindowTier base, SeriesId series) {
      this.change = change;
      this.base = base;
      this.series = series;
    }

    @Override
    public LiveTopic topic() {
      return LiveTopic.METRICS;
    }

    @Override
    public String tenant() {
      return series.tenant();
    }

    @Override
    public String service() {
      return series.service();
    }

    SeriesId series() {
      return series;
    }

    long startMs() {
      return change.startMs();
    }

    /** The window at a time, as a series with one point; the first call determines the time. */
    Item item(long nowMs) {
      Item known = item;
      if (known == null) {
        StoredWindow window =
            new StoredWindow(series, change.startMs(), change.closedUpToMs(), change.counts());
        Record answer =
            series.isLatency()
                ? WindowUpdates.series(series, window, base, nowMs)
                : WindowUpdates.metricSeries(series, window, base, nowMs);
        known =
            new Item(
                LiveTopic.METRICS.sections().get(series.isLatency() ? 0 : 1),
                new WindowKey(series, change.startMs()),
                AnswerJson.bytes(answer));
        item = known;
      }
      return known;
    }
  }

  /** An anomaly. */
  static final class OfAnomaly extends SharedChange {
    private final Anomaly anomaly;
    private @Nullable Item item;

    private OfAnomaly(Anomaly anomaly) {
      this.anomaly = anomaly;
    }

    @Override
    public LiveTopic topic() {
      return LiveTopic.ANOMALIES;
    }

    @Override
    public String tenant() {
      return anomaly.getTenantId();
    }

    @Override
    public String service() {
      return anomaly.getServiceName();
    }

    Anomaly anomaly() {
      return anomaly;
    }

    Item item() {
      Item known = item;
      if (known == null) {
        known =
            new Item(
                LiveTopic.ANOMALIES.sections().get(0),
                anomaly.getAnomalyId(),
                AnswerJson.bytes(AnomaliesAnswer.Item.of(anomaly)));
        item = known;
      }
      return known;
    }
  }

  /** A trace. */
  static final class OfTrace extends SharedChange {
    private final StateChange.OfTrace change;
    private @Nullable Item withEvents;
    private @Nullable Item withoutEvents;

    /** Identifies a trace in messages. */
    record TraceKey(String tenant, String traceId) {}

    private OfTrace(StateChange.OfTrace change) {
      this.change = change;
    }

    @Override
    public LiveTopic topic() {
      return LiveTopic.TRACES;
    }

    @Override
    public String tenant() {
      return change.trace().tenant();
    }

    @Override
    public String service() {
      return change.trace().service();
    }

    StateChange.OfTrace change() {
      return change;
    }

    TraceKey key() {
      return new TraceKey(change.trace().tenant(), change.trace().traceId());
    }

    Item item(boolean events) {
      Item known = events ? withEvents : withoutEvents;
      if (known == null) {
        known =
            new Item(
                LiveTopic.TRACES.sections().get(0),
                key(),
                AnswerJson.bytes(TracesAnswer.Trace.of(change.trace(), events)));
        if (events) {
          withEvents = known;
        } else {
          withoutEvents = known;
        }
      }
      return known;
    }
  }
}
