package io.tracetide.processor.topology.window;

import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.WindowListener;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards closed and revised windows: all to the child that publishes them, and base windows that
 * closed or were revised recently to the children that judge them.
 */
final class WindowEventForwarder implements WindowListener {

  /** Key of events that concern all series. */
  private static final byte[] NO_KEY = {};

  private final ProcessorContext<byte[], WindowEvent> context;
  private final String publisher;
  private final List<String> judges;
  private final ProcessorMetrics metrics;

  WindowEventForwarder(
      ProcessorContext<byte[], WindowEvent> context,
      String publisher,
      List<String> judges,
      ProcessorMetrics metrics) {
    this.context = context;
    this.publisher = publisher;
    this.judges = judges;
    this.metrics = metrics;
  }

  @Override
  public void closedBase(byte[] series, long startMs, long endMs, WindowStats stats) {
    judge(series, closed(series, startMs, endMs, stats));
  }

  @Override
  public void closedCoarse(byte[] series, long startMs, long endMs, WindowStats stats) {
    closed(series, startMs, endMs, stats);
  }

  private Record<byte[], WindowEvent> closed(
      byte[] series, long startMs, long endMs, WindowStats stats) {
    Record<byte[], WindowEvent> record =
        new Record<>(series, new WindowEvent.Closed(series, startMs, endMs, stats), endMs);
    context.forward(record, publisher);
    return record;
  }

  @Override
  public void revised(
      byte[] series, long startMs, long endMs, WindowStats stats, int revision, boolean judge) {
    metrics.windowsRevised.increment();
    Record<byte[], WindowEvent> record =
        new Record<>(
            series, new WindowEvent.Revised(series, startMs, endMs, stats, revision), endMs);
    context.forward(record, publisher);
    if (judge) {
      judge(series, record);
    }
  }

  /** Parts of a metric are not judged: the metric as a whole is. */
  private void judge(byte[] series, Record<byte[], WindowEvent> record) {
    if (SeriesCodec.operationEnd(series) == series.length) {
      toJudges(record);
    }
  }

  @Override
  public void complete(long startMs, long endMs, RecentWindows recent) {
    context.forward(new Record<>(NO_KEY, new WindowEvent.Complete(startMs, endMs, recent), endMs));
  }

  @Override
  public void revisionsComplete(long startMs, long endMs, RecentWindows recent) {
    toJudges(
        new Record<>(NO_KEY, new WindowEvent.RevisionsComplete(startMs, endMs, recent), endMs));
  }

  private void toJudges(Record<byte[], WindowEvent> record) {
    for (String judge : judges) {
      context.forward(record, judge);
    }
  }

  @Override
  public void onPartials(int count) {
    metrics.partials.increment(count);
  }

  @Override
  public void onLatePartial() {
    metrics.latePartials.increment();
  }

  @Override
  public void onExpiredPartial(WindowTier tier) {
    metrics.expired(tier.name()).increment();
  }

  @Override
  public void onClosed(int series) {
    metrics.windowsClosed.increment(series);
  }

  @Override
  public void onClosedEarly() {
    metrics.windowsClosedEarly.increment();
  }
}
