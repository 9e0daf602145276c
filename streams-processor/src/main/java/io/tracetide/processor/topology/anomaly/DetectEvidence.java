package io.tracetide.processor.topology.anomaly;

import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.WindowDetector;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.evidence.AssessmentListener;
import io.tracetide.processor.detection.evidence.SampleBatch;
import io.tracetide.processor.detection.evidence.TenantDetectors;
import io.tracetide.processor.detection.progress.DetectionProgress;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.topology.commit.ChangelogStart;
import io.tracetide.processor.topology.incident.TenantReport;
import io.tracetide.processor.topology.incident.TenantReportSerde;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowConfig;
import io.tracetide.schemas.Anomaly;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Assesses the windows of the tenants of a partition and publishes their anomalies.
 *
 * <p>A window is assessed in one call, so no commit happens between its state, its episodes and its
 * anomalies.
 */
public final class DetectEvidence implements Processor<byte[], byte[], byte[], TenantReport> {

  /** Name of the node of the topology. */
  static final String NAME = "detect-evidence";

  /** Period in which windows are assessed that were complete but too many at once. */
  private static final Duration GO_ON_INTERVAL = Duration.ofMillis(250);

  /** Keys in the store of episodes; the state is in a store of its own. */
  private static final WindowDetector.Keys KEYS = new WindowDetector.Keys('e', 'E');

  private final DetectionConfig config;
  private final SilenceConfig silence;
  private final WindowConfig windows;
  private final IntSupplier partitionCount;
  private final FeedbackRules feedback;
  private final TenantReportSerde reports;
  private final DetectionProgress progress;
  private final ProcessorMetrics metrics;

  /** Version of the feedback that the detectors of a tenant know. */
  private final Map<String, Long> feedbackKnown = new HashMap<>();

  private ProcessorContext<byte[], TenantReport> context;
  private TenantDetectors detectors;
  private AnomalyPublisher anomalies;
  private DetectionProgress.Node reported;

  /** Anomalies that were found since the last report. */
  private final List<Anomaly> found = new ArrayList<>();

  /**
   * Creates the processor.
   *
   * @param partitionCount number of partitions of the partial counts, read when a task starts
   * @param reports format of the anomalies of other detectors
   * @param progress receives how much the detectors know
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process.
  public DetectEvidence(
      DetectionConfig config,
      SilenceConfig silence,
      WindowConfig windows,
      IntSupplier partitionCount,
      FeedbackRules feedback,
      TenantReportSerde reports,
      DetectionProgress progress,
      ProcessorMetrics metrics) {
    this.config = config;
    this.silence = silence;
    this.windows = windows;
    this.partitionCount = partitionCount;
    this.feedback = feedback;
    this.reports = reports;
    this.progress = progress;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<byte[], TenantReport> context) {
    this.context = context;
    reported = progress.node(context.taskId().partition(), NAME);
    feedbackKnown.clear();
    found.clear();
    KeyValueStore<Bytes, byte[]> state = context.getStateStore(AnomalyStores.EVIDENCE);
    ChangelogStart.ensure(state, Bytes.wrap(new byte[0]));
    KeyValueStore<Bytes, byte[]> episodeStore = context.getStateStore(AnomalyStores.EPISODES);
    ChangelogStart.ensure(episodeStore, Bytes.wrap(new byte[0]));
    anomalies = new AnomalyPublisher(context, metrics, found::add);
    EpisodeTable episodes = new EpisodeTable(episodeStore, KEYS);
    EvidenceTable table = new EvidenceTable(state);
    int partitions = partitionCount.getAsInt();
    detectors =
        new TenantDetectors(
            config,
            silence,
            windows.tiers().get(0).sizeMs(),
            windows.judgeRevisionsFor(),
            series ->
                Math.floorMod(SeriesCodec.serviceHash(SeriesCodec.encode(series)), partitions),
            table,
            new Output(episodes),
            new ByWindow());
    episodes.eachEpisode(detectors::restoreEpisode);
    if (config.isEvidence()) {
      table.restore(detectors);
      context.schedule(Duration.ofSeconds(1), PunctuationType.WALL_CLOCK_TIME, this::reportLate);
      context.schedule(GO_ON_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::goOn);
    } else {
      switchOff();
    }
  }

  /** Resolves the anomalies that were published before it was switched off, once it may publish. */
  private void switchOff() {
    AtomicReference<@Nullable Cancellable> timer = new AtomicReference<>();
    timer.set(
        context.schedule(
            Duration.ofSeconds(1),
            PunctuationType.WALL_CLOCK_TIME,
            nowMs -> {
              detectors.switchOff(nowMs);
              report();
              Cancellable done = timer.get();
              if (done != null) {
                done.cancel();
              }
            }));
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    SampleBatch batch = SampleBatch.decode(record.value());
    if (config.isEvidence()) {
      if (!add(batch)) {
        metrics.samplesLate.increment();
      }
      reported.update(context.currentSystemTimeMs(), detectors::progress);
    } else if (batch.kind() == SampleBatch.Kind.REPORT) {
      addReported(batch);
    }
    report();
  }

  private void reportLate(long nowMs) {
    detectors.passOnLateReports(nowMs);
    report();
  }

  private void goOn(long nowMs) {
    detectors.goOn(nowMs);
    report();
  }

  private void addReported(SampleBatch batch) {
    if (reports.decode(batch.reported()) instanceof TenantReport.Anomalies anomaliesOfOthers) {
      found.addAll(anomaliesOfOthers.anomalies());
    }
  }

  /** Anomalies are linked window by window, also when several windows are assessed at once. */
  private final class ByWindow implements AssessmentListener {
    @Override
    public void assessed(long window, List<SeriesAssessment> assessments) {}

    @Override
    public void reported(SampleBatch batch) {
      addReported(batch);
    }

    @Override
    public void completed() {
      report();
    }
  }

  @Override
  public void close() {
    reported.close();
  }

  /** Forwards the anomalies that were found together, one report for each tenant. */
  private void report() {
    Map<String, List<Anomaly>> byTenant = new TreeMap<>();
    for (Anomaly anomaly : found) {
      byTenant.computeIfAbsent(anomaly.getTenantId(), tenant -> new ArrayList<>()).add(anomaly);
    }
    found.clear();
    byTenant.forEach(
        (tenant, anomalies) -> context.forward(TenantReport.record(tenant, anomalies)));
  }

  private boolean add(SampleBatch batch) {
    applyFeedback(batch.tenant());
    return detectors.add(batch, context.currentSystemTimeMs());
  }

  private void applyFeedback(String tenant) {
    Long version = feedback.version();
    if (version.equals(feedbackKnown.put(tenant, version))) {
      return;
    }
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    for (EvidenceChannel channel : EvidenceChannel.values()) {
      FeedbackRules.Counts counts = feedback.counts(tenant, TenantDetectors.kind(channel), now);
      detectors.judged(tenant, channel, counts.faults(), counts.harmless());
    }
  }

  /** Writes episodes and anomalies. */
  private final class Output implements DetectorOutput {
    private final EpisodeTable episodes;

    Output(EpisodeTable episodes) {
      this.episodes = episodes;
    }

    @Override
    public void saveRow(SeriesId series, long startMs, byte[] row) {
      throw new IllegalStateException("evidence has no rows");
    }

    @Override
    public void saveEpisode(EpisodeSubject subject, Episode episode) {
      episodes.putEpisode(subject, episode);
    }

    @Override
    public void saveState(EpisodeSubject subject, byte @Nullable [] state) {
      throw new IllegalStateException("evidence has a store of its own");
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
}
