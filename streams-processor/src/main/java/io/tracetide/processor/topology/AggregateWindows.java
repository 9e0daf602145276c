package io.tracetide.processor.topology;

import io.tracetide.processor.window.Partial;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.Watermark;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Merges partial counts into the windows of every tier, and says when windows close.
 *
 * <p>Windows that have not closed are held in memory and written to their store at each commit, so
 * a query sees them at most one commit late. What becomes known of base windows goes to all
 * children; that of coarser ones only to {@link #PUBLISH}.
 */
final class AggregateWindows implements Processor<byte[], byte[], SeriesId, WindowEvent> {

  static final String COMMIT_HOOK = "aggregate-commit-hook";

  /** Store of how far windows have closed, by tier, in milliseconds since the epoch. */
  static final String WATERMARKS = "window-watermarks";

  /** Child that publishes windows of every tier. */
  static final String PUBLISH = "publish-windows";

  /** Key of {@link #WATERMARKS} under which the event time is kept. */
  private static final String EVENT_TIME = "event-time";

  /** How often it is looked whether windows can close; well below what anybody waits for. */
  private static final Duration CLOSE_INTERVAL = Duration.ofMillis(250);

  private final List<WindowTier> tiers;
  private final Duration grace;
  private final Duration idle;
  private final ProcessorMetrics metrics;
  private final List<TierWindows> windows = new ArrayList<>();
  private ProcessorContext<SeriesId, WindowEvent> context;
  private KeyValueStore<String, Long> marks;
  private Watermark watermark;

  /**
   * Aggregates into the given tiers.
   *
   * @param tiers finest first; the first one is the base
   * @param grace how long after its end a window stays open for work that comes late
   * @param idle silence after which an input no longer holds windows open
   */
  @SuppressWarnings("NullAway.Init") // Streams calls init before anything else.
  AggregateWindows(
      List<WindowTier> tiers, Duration grace, Duration idle, ProcessorMetrics metrics) {
    this.tiers = tiers;
    this.grace = grace;
    this.idle = idle;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<SeriesId, WindowEvent> context) {
    this.context = context;
    marks = context.getStateStore(WATERMARKS);
    Long reached = marks.get(EVENT_TIME);
    watermark =
        new Watermark(
            idle, reached == null ? Long.MIN_VALUE : reached, context.currentSystemTimeMs());
    windows.clear();
    for (WindowTier tier : tiers) {
      Long closedUpTo = marks.get(tier.name());
      windows.add(
          new TierWindows(
              tier,
              context.getStateStore(tier.storeName()),
              closedUpTo == null ? Long.MIN_VALUE : closedUpTo,
              metrics));
    }
    CommitHook hook = context.getStateStore(COMMIT_HOOK);
    hook.connect(this::write, () -> windows.forEach(TierWindows::forget));
    context.schedule(CLOSE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::close);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    Partial partial = Partial.decode(record.value());
    metrics.partials.increment();
    long nowMs = context.currentSystemTimeMs();
    watermark.advance(partial.input(), partial.inputEventMs(), nowMs);
    Bytes series = Bytes.wrap(record.key());
    long reached = watermark.at(nowMs);
    for (TierWindows tier : windows) {
      tier.add(series, partial, reached);
    }
  }

  private void close(long nowMs) {
    long reached = watermark.at(nowMs);
    if (reached == Long.MIN_VALUE) {
      return;
    }
    for (TierWindows tier : windows) {
      tier.closeUpTo(reached - grace.toMillis(), childOf(tier));
    }
  }

  private void write() {
    for (TierWindows tier : windows) {
      tier.write(childOf(tier));
      save(tier.tier().name(), tier.closedUpTo());
    }
    save(EVENT_TIME, watermark.at(context.currentSystemTimeMs()));
  }

  private void save(String mark, long value) {
    Long saved = marks.get(mark);
    if (value != Long.MIN_VALUE && (saved == null || saved != value)) {
      marks.put(mark, value);
    }
  }

  private TierWindows.Listener childOf(TierWindows tier) {
    @Nullable String child = tier.tier().equals(tiers.get(0)) ? null : PUBLISH;
    return (series, event) -> forward(child, series, event);
  }

  private void forward(@Nullable String child, SeriesId series, WindowEvent event) {
    Record<SeriesId, WindowEvent> record = new Record<>(series, event, event.endMs());
    if (child == null) {
      context.forward(record);
    } else {
      context.forward(record, child);
    }
  }
}
