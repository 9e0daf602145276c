package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.evidence.PastSamples;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.detection.evidence.SampleCollector;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.topology.window.KafkaRowStore;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.processor.window.tier.RetainedRows;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sends the samples of closed windows to the partitions of their tenants. The key of a record is
 * the tenant. Windows that closed before detection by evidence was switched on are sent first, so
 * that it need not wait for new ones.
 */
public final class SampleWindows implements Processor<byte[], WindowEvent, byte[], byte[]> {

  private static final long NONE_SENT = Long.MIN_VALUE / 2;

  /** Windows after which the latest window with spans of a tenant is saved again. */
  private static final int SAVE_EVERY = 30;

  /** Period in which it is checked whether a partition must give a sign. */
  private static final Duration SIGN_PERIOD = Duration.ofSeconds(1);

  /** Windows before the first one that are sent: 4 hours. */
  private static final int MOST_PAST = 1_440;

  private final DetectionConfig config;
  private final WindowTier tier;
  private final IntSupplier partitionCount;
  private final ProcessorMetrics metrics;
  private final Map<String, Long> saved = new HashMap<>();

  /** When the latest batch of a tenant was sent, by the wall clock. */
  private final Map<String, Long> sentMs = new HashMap<>();

  private ProcessorContext<byte[], byte[]> context;
  private EvidenceTable table;
  private SampleCollector collector;
  private RetainedRows retained;
  private long sent;

  /**
   * Creates the processor.
   *
   * @param tier tier of the windows; others are ignored
   * @param partitionCount number of partitions of the partial counts, read when a task starts
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public SampleWindows(
      DetectionConfig config,
      WindowTier tier,
      IntSupplier partitionCount,
      ProcessorMetrics metrics) {
    this.config = config;
    this.tier = tier;
    this.partitionCount = partitionCount;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> store = context.getStateStore(AnomalyStores.EVIDENCE);
    ChangelogStart.ensure(store, Bytes.wrap(new byte[0]));
    table = new EvidenceTable(store);
    collector =
        new SampleCollector(
            context.taskId().partition(),
            tier.sizeMs(),
            (int) (config.forgetAfter().toMillis() / tier.sizeMs()),
            config.maxSeries());
    saved.clear();
    saved.putAll(table.sampled());
    collector.restore(saved);
    retained = new RetainedRows(new KafkaRowStore(context.getStateStore(tier.storeName())));
    sent =
        table
            .sent()
            .orElseGet(
                () -> saved.values().stream().mapToLong(Long::longValue).max().orElse(NONE_SENT));
    sentMs.clear();
    if (config.isEvidence()) {
      context.schedule(SIGN_PERIOD, PunctuationType.WALL_CLOCK_TIME, this::giveSign);
    }
  }

  /** Sends a sign to the tenants for which nothing was sent for a while, which wait for it. */
  private void giveSign(long nowMs) {
    sentMs.keySet().retainAll(collector.tenants().keySet());
    // Of event time, because incidents are dropped by it.
    long timeMs = Math.max(0, (sent + 1) * tier.sizeMs());
    for (String tenant : collector.tenants().keySet()) {
      Long latest = sentMs.get(tenant);
      if (latest == null || nowMs - latest >= SampleBatch.SIGN_MS) {
        send(List.of(SampleBatch.alive(tenant, context.taskId().partition())), timeMs);
      }
    }
  }

  @Override
  public void process(Record<byte[], WindowEvent> record) {
    WindowEvent event = record.value();
    if (event.sizeMs() != tier.sizeMs() || !config.isEvidence()) {
      return;
    }
    if (event instanceof WindowEvent.Closed closed) {
      SeriesId series = closed.series();
      if (SampleCollector.samples(series)
          && !collector.observe(series, closed.startMs(), closed.stats())) {
        metrics.seriesUnwatched.increment();
      }
    } else if (event instanceof WindowEvent.Passed passed) {
      sendPast(passed);
      send(collector.complete(passed.startMs(), passed.recent()), passed.endMs());
      save();
    } else if (event instanceof WindowEvent.Revised revised) {
      if (SampleCollector.samples(revised.series())) {
        collector.revise(revised.series(), revised.startMs(), revised.stats());
      }
    } else if (event instanceof WindowEvent.RevisionsComplete complete) {
      send(collector.revisionsComplete(complete.recent()), complete.endMs());
    }
  }

  /** Sends the windows between the latest one that was sent and this one that are retained. */
  private void sendPast(WindowEvent.Passed passed) {
    long window = Math.floorDiv(passed.startMs(), tier.sizeMs());
    if (window - 1 > sent) {
      PastSamples past =
          new PastSamples(
              context.taskId().partition(),
              window,
              config.maxSeries(),
              PastSamples.MOST / partitionCount.getAsInt());
      long oldest = Math.max(sent + 1, window - MOST_PAST);
      for (long each = window - 1; each >= oldest && !past.isFull(); each--) {
        long number = each;
        retained.read(
            number * tier.sizeMs(),
            (series, stats) -> past.add(series, number, passed.recent().lateness(series), stats));
      }
      collector.restore(past.tenants());
      send(past.batches(), passed.endMs());
    }
    sent = window;
    table.putSent(window);
  }

  private void send(List<SampleBatch> batches, long timeMs) {
    for (SampleBatch batch : batches) {
      sentMs.put(batch.tenant(), context.currentSystemTimeMs());
      context.forward(new Record<>(batch.tenant().getBytes(UTF_8), batch.encode(), timeMs));
    }
  }

  private void save() {
    collector
        .tenants()
        .forEach(
            (tenant, window) -> {
              Long before = saved.get(tenant);
              if (before == null || window - before >= SAVE_EVERY) {
                saved.put(tenant, window);
                table.putSampled(tenant, window);
              }
            });
    saved
        .keySet()
        .removeIf(
            tenant -> {
              boolean gone = !collector.tenants().containsKey(tenant);
              if (gone) {
                table.deleteSampled(tenant);
              }
              return gone;
            });
  }
}
