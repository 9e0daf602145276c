package io.tracetide.processor.topology.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.detection.evidence.SampleCollector;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.processor.window.WindowTier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Sends the samples of closed windows to the partitions of their tenants. The key of a record is
 * the tenant.
 */
public final class SampleWindows implements Processor<byte[], WindowEvent, byte[], byte[]> {

  /** Windows after which the latest window with spans of a tenant is saved again. */
  private static final int SAVE_EVERY = 30;

  private final DetectionConfig config;
  private final WindowTier tier;
  private final ProcessorMetrics metrics;
  private final Map<String, Long> saved = new HashMap<>();
  private ProcessorContext<byte[], byte[]> context;
  private EvidenceTable table;
  private SampleCollector collector;

  /**
   * Creates the processor.
   *
   * @param tier tier of the windows; others are ignored
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public SampleWindows(DetectionConfig config, WindowTier tier, ProcessorMetrics metrics) {
    this.config = config;
    this.tier = tier;
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
    } else if (event instanceof WindowEvent.Complete complete) {
      send(collector.complete(complete.startMs(), complete.recent()), complete.endMs());
      save();
    } else if (event instanceof WindowEvent.Revised revised) {
      if (SampleCollector.samples(revised.series())) {
        collector.revise(revised.series(), revised.startMs(), revised.stats());
      }
    } else if (event instanceof WindowEvent.RevisionsComplete complete) {
      send(collector.revisionsComplete(complete.recent()), complete.endMs());
    }
  }

  private void send(List<SampleBatch> batches, long timeMs) {
    for (SampleBatch batch : batches) {
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
