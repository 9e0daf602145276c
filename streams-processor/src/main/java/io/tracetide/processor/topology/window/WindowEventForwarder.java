package io.tracetide.processor.topology.window;

import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.TaskChanges;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.total.SeriesTotals;
import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.WindowListener;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Forwards closed and revised windows: all to the child that publishes them, and those that closed,
 * and base windows that were revised recently, to the children that evaluate their tier.
 */
final class WindowEventForwarder implements WindowListener {

  /** Key of events that concern all series. */
  private static final byte[] NO_KEY = {};

  private final ProcessorContext<byte[], WindowEvent> context;
  private final String publisher;

  /** Children that evaluate windows, by the length of the windows in milliseconds. */
  private final Map<Long, List<String>> evaluating = new HashMap<>();

  private final long baseMs;
  private final TaskChanges changes;
  private final SeriesTotals totals;
  private final ProcessorMetrics metrics;

  WindowEventForwarder(
      ProcessorContext<byte[], WindowEvent> context,
      String publisher,
      List<WindowTier> tiers,
      List<EvaluatingNode> nodes,
      TaskChanges changes,
      SeriesTotals totals,
      ProcessorMetrics metrics) {
    this.context = context;
    this.publisher = publisher;
    for (WindowTier tier : tiers) {
      evaluating.put(
          tier.sizeMs(),
          nodes.stream()
              .filter(node -> node.tiers().contains(tier))
              .map(EvaluatingNode::name)
              .toList());
    }
    this.baseMs = tiers.get(0).sizeMs();
    this.changes = changes;
    this.totals = totals;
    this.metrics = metrics;
  }

  @Override
  public void closedBase(byte[] series, long startMs, long endMs, WindowStats stats) {
    changed(series, startMs, endMs, stats, 0);
    closed(series, startMs, endMs, stats);
  }

  @Override
  public void closedCoarse(byte[] series, long startMs, long endMs, WindowStats stats) {
    closed(series, startMs, endMs, stats);
  }

  private void changed(byte[] series, long startMs, long endMs, WindowStats stats, int revision) {
    if (changes.wants(StateChange.Kind.WINDOWS)) {
      changes.add(
          new StateChange.OfWindow(
              series, startMs, endMs, WindowStatsCodec.encode(stats, revision)));
    }
  }

  private void closed(byte[] series, long startMs, long endMs, WindowStats stats) {
    Record<byte[], WindowEvent> record =
        new Record<>(series, new WindowEvent.Closed(series, startMs, endMs, stats), endMs);
    context.forward(record, publisher);
    evaluate(series, record);
  }

  @Override
  public void revised(
      byte[] series, long startMs, long endMs, WindowStats stats, int revision, boolean judge) {
    metrics.windowsRevised.increment();
    if (endMs - startMs == baseMs) {
      changed(series, startMs, endMs, stats, revision);
    }
    Record<byte[], WindowEvent> record =
        new Record<>(
            series, new WindowEvent.Revised(series, startMs, endMs, stats, revision), endMs);
    context.forward(record, publisher);
    if (judge) {
      evaluate(series, record);
    }
  }

  /** Parts of a metric are not evaluated: the metric as a whole is. */
  private void evaluate(byte[] series, Record<byte[], WindowEvent> record) {
    List<String> nodes = evaluating(record);
    if (!nodes.isEmpty() && SeriesCodec.operationEnd(series) == series.length) {
      nodes.forEach(node -> context.forward(record, node));
    }
  }

  /** To all children: one that is switched off resolves the anomalies that it has published. */
  @Override
  public void complete(long startMs, long endMs, RecentWindows recent) {
    context.forward(new Record<>(NO_KEY, new WindowEvent.Complete(startMs, endMs, recent), endMs));
  }

  @Override
  public void completeCoarse(long startMs, long endMs, RecentWindows recent) {
    toEvaluating(new Record<>(NO_KEY, new WindowEvent.Complete(startMs, endMs, recent), endMs));
  }

  @Override
  public void passed(long startMs, long endMs, RecentWindows recent) {
    toEvaluating(new Record<>(NO_KEY, new WindowEvent.Passed(startMs, endMs, recent), endMs));
  }

  @Override
  public void revisionsComplete(long startMs, long endMs, RecentWindows recent) {
    toEvaluating(
        new Record<>(NO_KEY, new WindowEvent.RevisionsComplete(startMs, endMs, recent), endMs));
  }

  private void toEvaluating(Record<byte[], WindowEvent> record) {
    evaluating(record).forEach(node -> context.forward(record, node));
  }

  private List<String> evaluating(Record<byte[], WindowEvent> record) {
    return evaluating.getOrDefault(record.value().sizeMs(), List.of());
  }

  @Override
  public void counted(byte[] series, long startMs, long endMs, WindowStats stats) {
    totals.count(series, startMs, endMs, stats);
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
