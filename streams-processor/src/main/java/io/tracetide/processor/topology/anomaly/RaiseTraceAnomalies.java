package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomalyExemplars;
import io.tracetide.processor.anomaly.BreachReport;
import io.tracetide.processor.anomaly.BreachSubject;
import io.tracetide.processor.anomaly.BreachTracker;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.ledger.trace.TraceFinding;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.schemas.Anomaly;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Runs the {@link BreachTracker} of a partition and publishes the anomalies that it reports. */
public final class RaiseTraceAnomalies implements Processor<byte[], byte[], String, Anomaly> {

  private final ProcessorMetrics metrics;
  private ProcessorContext<String, Anomaly> context;
  private BreachTracker tracker;
  private AnomalyPublisher anomalies;
  private Cancellable timer;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public RaiseTraceAnomalies(ProcessorMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    KeyValueStore<Bytes, byte[]> episodes = context.getStateStore(AnomalyStores.EPISODES);
    ChangelogStart.ensure(episodes, Bytes.wrap(new byte[0]));
    anomalies = AnomalyPublisher.forwarding(context, metrics);
    tracker =
        new BreachTracker(new BreachTable(episodes), this::publish, context.currentSystemTimeMs());
    timer =
        context.schedule(
            BreachTracker.BETWEEN_REPORTS,
            PunctuationType.WALL_CLOCK_TIME,
            nowMs -> tracker.tick(nowMs));
  }

  @Override
  public void close() {
    timer.cancel();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    TraceFinding finding = TraceFindingCodec.decode(record.value());
    tracker.observe(finding, context.currentSystemTimeMs());
  }

  private void publish(BreachReport report) {
    BreachSubject subject = report.subject();
    Finding found =
        new Finding(
            subject.detector(),
            subject.series(),
            report.change(),
            subject.rule().isEmpty() ? null : subject.rule(),
            report.change().episode().openedAtMs(),
            report.endMs(),
            report.observed(),
            report.expected(),
            Map.of(),
            report.summary());
    anomalies.publish(found, new AnomalyExemplars(report.exemplars(), report.traceIds()));
  }
}
