package io.tracetide.processor.topology.window;

import io.tracetide.processor.window.RecentWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowStats;
import java.util.List;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Says what becomes known of windows: to the child that publishes them all, and, of base windows
 * that close or were revised lately, to the children that judge them.
 */
final class WindowEventForwarder {

  /** Stands in for the key of events that concern all series. */
  private static final byte[] NO_KEY = {};

  private final ProcessorContext<byte[], WindowEvent> context;
  private final String publisher;
  private final List<String> judges;

  WindowEventForwarder(
      ProcessorContext<byte[], WindowEvent> context, String publisher, List<String> judges) {
    this.context = context;
    this.publisher = publisher;
    this.judges = judges;
  }

  /** A base window of a series has closed. */
  void closedBase(byte[] key, long startMs, long endMs, WindowStats stats) {
    judge(key, closed(key, startMs, endMs, stats));
  }

  /** A coarser window of a series has closed. */
  void closedCoarse(byte[] key, long startMs, long endMs, WindowStats stats) {
    closed(key, startMs, endMs, stats);
  }

  private Record<byte[], WindowEvent> closed(
      byte[] key, long startMs, long endMs, WindowStats stats) {
    Record<byte[], WindowEvent> record =
        new Record<>(key, new WindowEvent.Closed(key, startMs, endMs, stats), endMs);
    context.forward(record, publisher);
    return record;
  }

  /**
   * A window of a series was revised.
   *
   * @param judge whether it is to be judged again
   */
  void revised(
      byte[] key, long startMs, long endMs, WindowStats stats, int revision, boolean judge) {
    Record<byte[], WindowEvent> record =
        new Record<>(key, new WindowEvent.Revised(key, startMs, endMs, stats, revision), endMs);
    context.forward(record, publisher);
    if (judge) {
      judge(key, record);
    }
  }

  /** Parts of a metric are not judged: the metric is, as a whole. */
  private void judge(byte[] key, Record<byte[], WindowEvent> record) {
    if (SeriesCodec.operationEnd(key) == key.length) {
      toJudges(record);
    }
  }

  /** Every series that had work in a base window has been told of. */
  void complete(long startMs, long endMs, RecentWindows recent) {
    context.forward(new Record<>(NO_KEY, new WindowEvent.Complete(startMs, endMs, recent), endMs));
  }

  /** Every window to be judged again has been told of; the times are of the newest closed one. */
  void revisionsComplete(long startMs, long endMs, RecentWindows recent) {
    toJudges(
        new Record<>(NO_KEY, new WindowEvent.RevisionsComplete(startMs, endMs, recent), endMs));
  }

  private void toJudges(Record<byte[], WindowEvent> record) {
    for (String judge : judges) {
      context.forward(record, judge);
    }
  }

  /** The merge of the operations of one service, while its series are gone through. */
  static final class ServiceTotal {
    private final WindowStats merged = new WindowStats();
    private boolean worked;

    void add(boolean latency, WindowStats stats) {
      if (latency) {
        worked = true;
        merged.merge(stats);
      }
    }

    /** Whether any of them was of finished work. */
    boolean worked() {
      return worked;
    }

    WindowStats stats() {
      return merged;
    }
  }
}
