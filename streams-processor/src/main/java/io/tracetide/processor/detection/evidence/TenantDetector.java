package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.ChannelEvidence;
import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.EvidenceSettings;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.anomaly.Change;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeStep;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.anomaly.Evidence;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.Explanation;
import io.tracetide.processor.detection.ReportLimits;
import io.tracetide.processor.detection.SeverityScoring;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.detection.silence.SilenceDetector;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Detects anomalies of one tenant: assesses each window of all its operations and publishes the
 * episodes. Used by one thread; the same batches in the same order give the same findings.
 */
final class TenantDetector {

  /** Part of the threshold that keeps an episode open, so that it does not flap near the limit. */
  private static final double STAYS_OPEN = 0.75;

  /**
   * Windows of an episode from which nothing is learned, so that a fault does not become usual; a
   * change that lasts longer does.
   */
  private static final int FROZEN = 60;

  private final String tenant;
  private final EpisodePolicy policy;
  private final ReportLimits limits;
  private final long windowMs;
  private final ToIntFunction<SeriesId> partitionOf;
  private final EvidenceStorage storage;
  private final DetectorOutput output;
  private final AssessmentListener listener;
  private final EvidenceDetector detector;
  private final EpisodeConfidence confidence;
  private final SilenceDetector silence;
  private final Map<String, JudgedSeries> judged = new TreeMap<>();
  private @Nullable TenantWindows windows;

  /**
   * Starts without state.
   *
   * @param policy opens and closes episodes
   * @param limits which deviations are anomalies
   * @param partitionOf the partition that aggregates a series
   * @param silent when a service without spans is an anomaly
   * @param listener receives the assessments of each window
   */
  TenantDetector(
      String tenant,
      EpisodePolicy policy,
      ReportLimits limits,
      ToIntFunction<SeriesId> partitionOf,
      EvidenceStorage storage,
      DetectorOutput output,
      SilenceConfig silent,
      AssessmentListener listener) {
    this.tenant = tenant;
    this.policy = policy;
    this.limits = limits;
    this.windowMs = policy.windowMs();
    this.partitionOf = partitionOf;
    this.storage = storage;
    this.output = output;
    this.listener = listener;
    EvidenceSettings settings = EvidenceSettings.defaults();
    this.detector = new EvidenceDetector(settings, storage.journal(tenant), tenant.hashCode());
    this.confidence = new EpisodeConfidence(detector, windowMs);
    this.silence =
        new SilenceDetector(
            tenant, silent, windowMs, policy.updateEvery(), storage.silence(tenant), output);
  }

  /** The detector, to restore its state before the first batch. */
  EvidenceDetector detector() {
    return detector;
  }

  /** The detector of silence, to restore its state before the first batch. */
  SilenceDetector silence() {
    return silence;
  }

  void restoreEpisode(SeriesId series, Episode episode) {
    if (series.operation().equals(SeriesId.ALL_OPERATIONS)) {
      silence.restoreEpisode(series.service(), episode);
      return;
    }
    series(SeriesSample.name(series)).episode = episode;
  }

  /** The windows that are put together; after the state of the detector was restored. */
  TenantWindows windows() {
    TenantWindows known = windows;
    if (known == null) {
      known = new TenantWindows(tenant, detector.lastWindow(), storage, listener::reported);
      windows = known;
    }
    return known;
  }

  /**
   * Adds a batch and assesses the windows that are complete with it.
   *
   * @param nowMs the wall clock
   * @return false when the batch came too late and was dropped
   */
  boolean add(SampleBatch batch, long nowMs) {
    boolean added = windows().add(batch, nowMs);
    if (batch.kind().isPast() && !added) {
      return true; // The window is known already.
    }
    if (!added && batch.kind() == SampleBatch.Kind.REVISED) {
      for (SeriesSample sample : batch.samples()) {
        silence.revise(sample.service(), batch.window(), sample.sample().count());
        assessAgain(sample, batch.window());
      }
      return true;
    }
    goOn(nowMs);
    return added;
  }

  /** Assesses windows that are complete; see {@link TenantWindows#eachComplete}. */
  void goOn(long nowMs) {
    windows().eachComplete(nowMs, this::assess, listener::completed);
  }

  /** Assesses a window, and returns the number of series. */
  private int assess(List<SampleBatch> batches) {
    long window = batches.get(0).window();
    Set<Integer> partitions = new HashSet<>();
    Map<String, SeriesSample> seen = new HashMap<>();
    Map<String, WindowSample> samples = new HashMap<>();
    for (SampleBatch batch : batches) {
      if (batch.kind() != SampleBatch.Kind.REVISED) {
        partitions.add(batch.partition());
      }
      for (SeriesSample sample : batch.samples()) {
        seen.put(sample.name(), sample);
        samples.put(sample.name(), sample.sample());
      }
    }
    boolean past = batches.stream().allMatch(batch -> batch.kind().isPast());
    if (!past) {
      observeSilence(window, seen.values(), partitions);
    }
    List<SeriesAssessment> assessments =
        detector.assess(
            window,
            samples,
            name -> partitions.contains(series(name).partition),
            name -> isFrozen(series(name), window));
    listener.assessed(window, assessments);
    if (!past) {
      conclude(assessments, seen, window);
    }
    abandonForgotten(window);
    return assessments.size();
  }

  private void conclude(
      List<SeriesAssessment> assessments, Map<String, SeriesSample> seen, long window) {
    Map<String, Double> traffic = new HashMap<>();
    for (SeriesAssessment each : assessments) {
      traffic.merge(series(each.series()).id.service(), usualCount(each), Double::sum);
    }
    for (SeriesAssessment each : assessments) {
      double all = traffic.getOrDefault(series(each.series()).id.service(), 0.0);
      double share = all > 0 ? usualCount(each) / all : 1;
      conclude(each, seen.get(each.series()), window, share);
    }
  }

  private void abandonForgotten(long window) {
    for (String name : detector.forgotten()) {
      JudgedSeries series = judged.remove(name);
      if (series != null) {
        long silentMs = EvidenceDetector.FORGET_AFTER * windowMs;
        abandon(series, (window + 1) * windowMs, Explanation.noLongerWatched(series.id, silentMs));
      }
    }
  }

  private void observeSilence(
      long window, Collection<SeriesSample> samples, Set<Integer> partitions) {
    silence.observe(
        window,
        SeriesSample.byService(samples),
        // All series of a service are in one partition.
        service ->
            partitions.contains(
                partitionOf.applyAsInt(
                    SeriesId.ofOperation(tenant, service, SeriesId.ALL_OPERATIONS))));
  }

  /** Ends all episodes. */
  void switchOff(long nowMs) {
    silence.switchOff(nowMs);
    for (JudgedSeries series : judged.values()) {
      abandon(series, nowMs, Explanation.switchedOff(series.id));
    }
  }

  private boolean isFrozen(JudgedSeries series, long window) {
    boolean recent =
        series.episode instanceof Episode.Open open
            && (window + 1) * windowMs - open.openedAtMs() < FROZEN * windowMs;
    return recent || silence.isAnomaly(series.id.service(), FROZEN);
  }

  private static double usualCount(SeriesAssessment assessment) {
    double expected = assessment.of(EvidenceChannel.THROUGHPUT).band().expected();
    return Double.isNaN(expected) ? 0 : expected;
  }

  private void conclude(
      SeriesAssessment assessment, @Nullable SeriesSample seen, long window, double share) {
    JudgedSeries series = series(assessment.series());
    boolean open = series.episode instanceof Episode.Open;
    if (seen == null && !open && silence.isSilent(series.id.service())) {
      return;
    }
    if (seen != null) {
      series.lag = seen.lag();
    }
    long endMs = (window + 1 - series.lag) * windowMs;
    boolean calm = assessment.evidence() <= 1 && series.episode.equals(Episode.QUIET);
    if (!series.begin(endMs) || calm) {
      return;
    }
    Judgement judged = judge(series, assessment, seen, endMs, share);
    EpisodeStep step =
        confidence.update(
            assessment.series(),
            series.episode,
            policy.step(series.episode, judged.evidence(), endMs));
    move(series, step);
    if (step.change() instanceof Change.Reported change) {
      output.publish(finding(series.id, change, judged.explanation(), endMs));
    }
  }

  /**
   * Assesses a recent window of a series again, with the late spans.
   *
   * @param window number of the window in which the spans ended
   */
  private void assessAgain(SeriesSample seen, long window) {
    Optional<SeriesAssessment> again =
        detector.reassess(window + seen.lag(), seen.name(), seen.sample());
    if (again.isEmpty()) {
      return;
    }
    JudgedSeries series = series(seen.name());
    long endMs = (window + 1) * windowMs;
    // Late spans can only increase the throughput.
    boolean rising =
        series.episode instanceof Episode.Open open && open.kind() == AnomalyKind.THROUGHPUT;
    Judgement judged = judge(series, again.get(), seen, endMs, 1);
    long newestMs = Math.max(endMs, (detector.lastWindow() + 1 - seen.lag()) * windowMs);
    EpisodeStep step =
        confidence.update(
            seen.name(),
            series.episode,
            policy.revise(series.episode, judged.evidence(), endMs, newestMs, rising));
    move(series, step);
    if (step.change() instanceof Change.Reported change) {
      output.publish(finding(series.id, change, judged.explanation(), endMs));
    }
  }

  /** A window, as evidence for an episode and as text. */
  private record Judgement(Evidence evidence, Explanation explanation) {}

  private Judgement judge(
      JudgedSeries series,
      SeriesAssessment assessment,
      @Nullable SeriesSample seen,
      long endMs,
      double share) {
    boolean open = series.episode instanceof Episode.Open;
    AnomalyKind kind =
        series.episode instanceof Episode.Open episode
            ? episode.kind()
            : EvidenceExplanation.kind(assessment.channel());
    Explanation explanation =
        EvidenceExplanation.of(series.id, assessment, seen, windowMs / 1_000.0);
    Snapshot snapshot = explanation.snapshot(endMs - windowMs, endMs);
    boolean settled = seen == null || seen.lag() == 0;
    boolean deviates =
        assessment.largest().deviates()
            && limits.allow(kind, assessment.p95().observed(), usualCount(assessment));
    Evidence evidence =
        deviates && assessment.evidence() > (open ? STAYS_OPEN : 1)
            ? breach(series, assessment, kind, share, explanation, snapshot)
            : Evidence.calm(
                settled,
                EvidenceScoring.size(assessment.of(EvidenceExplanation.channel(kind))),
                explanation.value(kind),
                snapshot);
    return new Judgement(evidence, explanation);
  }

  private Evidence breach(
      JudgedSeries series,
      SeriesAssessment assessment,
      AnomalyKind kind,
      double share,
      Explanation explanation,
      Snapshot snapshot) {
    ChannelEvidence found = assessment.of(EvidenceExplanation.channel(kind));
    double ofWindow = confidence.ofWindow(assessment, kind, series.episode);
    return Evidence.breach(
        kind,
        SeverityScoring.severity(ofWindow, EvidenceScoring.size(found), share),
        ofWindow,
        EvidenceScoring.size(found),
        explanation.value(kind),
        snapshot);
  }

  private Finding finding(
      SeriesId series, Change.Reported change, Explanation explanation, long endMs) {
    return new Finding(
            Detector.ISOLATION_FOREST,
            series,
            change,
            null,
            endMs - windowMs,
            endMs,
            explanation.observed(),
            explanation.expected(),
            explanation.contributions(),
            explanation.sentence(change, endMs))
        .byEngine(DetectionConfig.EVIDENCE)
        .withBasis(confidence.basis(SeriesSample.name(series), change.episode()));
  }

  /** Ends the episode of a series that is no longer watched. */
  private void abandon(JudgedSeries series, long endMs, String summary) {
    EpisodeStep step = EpisodePolicy.abandon(series.episode, endMs);
    move(series, step);
    if (step.change() instanceof Change.Reported change) {
      output.publish(
          new Finding(
                  Detector.ISOLATION_FOREST,
                  series.id,
                  change,
                  null,
                  endMs - windowMs,
                  endMs,
                  Map.of(),
                  Map.of(),
                  Map.of(),
                  summary)
              .byEngine(DetectionConfig.EVIDENCE)
              .withBasis(confidence.basis(SeriesSample.name(series.id), change.episode())));
    }
  }

  private void move(JudgedSeries series, EpisodeStep step) {
    if (!step.next().equals(series.episode)) {
      series.episode = step.next();
      output.saveEpisode(EpisodeSubject.of(series.id), step.next());
    }
  }

  private JudgedSeries series(String name) {
    return judged.computeIfAbsent(
        name, unknown -> new JudgedSeries(SeriesSample.id(tenant, unknown), partitionOf));
  }
}
