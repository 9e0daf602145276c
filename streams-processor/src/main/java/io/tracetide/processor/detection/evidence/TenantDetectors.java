package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.processor.anomaly.DetectorOutput;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.EpisodePolicy;
import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.ReportLimits;
import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.AnomalyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The detectors of the tenants whose batches one partition receives. Its whole state is in the
 * {@link EvidenceStorage} and the {@link DetectorOutput}.
 *
 * <p>State is restored in this order: states and inputs of series, {@link #statesRestored}, shared
 * values, calibrations and silence, episodes, received windows, waiting batches.
 */
public final class TenantDetectors {

  private final EpisodePolicy policy;
  private final ReportLimits limits;
  private final SilenceConfig silence;
  private final ToIntFunction<SeriesId> partitionOf;
  private final EvidenceStorage storage;
  private final DetectorOutput output;
  private final AssessmentListener listener;
  private final Map<String, TenantDetector> tenants = new TreeMap<>();

  /**
   * Starts without state.
   *
   * @param windowMs length of the windows
   * @param judgeRevisionsFor how long after it has closed a window may be evaluated again
   * @param partitionOf the partition that aggregates a series
   * @param listener receives the assessments of each window, before its anomalies are published
   */
  public TenantDetectors(
      DetectionConfig config,
      SilenceConfig silence,
      long windowMs,
      Duration judgeRevisionsFor,
      ToIntFunction<SeriesId> partitionOf,
      EvidenceStorage storage,
      DetectorOutput output,
      AssessmentListener listener) {
    this.policy = config.episodes(windowMs, judgeRevisionsFor);
    this.limits = config.reportLimits();
    this.silence = silence;
    this.partitionOf = partitionOf;
    this.storage = storage;
    this.output = output;
    this.listener = listener;
  }

  /**
   * Adds a batch and publishes the anomalies of the windows that are complete with it.
   *
   * @param nowMs the wall clock
   * @return false when the batch came too late and was dropped
   */
  public boolean add(SampleBatch batch, long nowMs) {
    TenantDetector tenant = tenant(batch.tenant());
    if (batch.kind() == SampleBatch.Kind.REPORT) {
      tenant.windows().addReport(batch, nowMs);
      return true;
    }
    if (batch.kind() == SampleBatch.Kind.ALIVE) {
      tenant.windows().isAlive(batch.partition(), nowMs);
      return true;
    }
    return tenant.add(batch, nowMs);
  }

  /**
   * Assesses further windows that are complete, of each tenant as many as a commit has time for.
   * Windows that a batch completed may be left over when many were complete at once.
   *
   * @param nowMs the wall clock
   */
  public void goOn(long nowMs) {
    tenants.values().forEach(tenant -> tenant.goOn(nowMs));
  }

  /**
   * Passes on the reports of other detectors whose windows are not complete in time.
   *
   * @param nowMs the wall clock
   */
  public void passOnLateReports(long nowMs) {
    tenants.values().forEach(tenant -> tenant.windows().passOnLate(nowMs));
  }

  /** Kind of the anomalies of a channel. */
  public static AnomalyKind kind(EvidenceChannel channel) {
    return EvidenceExplanation.kind(channel);
  }

  /**
   * Corrects the confidence by what people said of the anomalies of a channel.
   *
   * @param faults number of anomalies that were faults
   * @param harmless number of those that were not
   */
  public void judged(String tenant, EvidenceChannel channel, int faults, int harmless) {
    tenant(tenant).detector().calibration(channel).judged(faults, harmless);
  }

  /** How much is known of each series, and of each tenant. */
  public PartitionProgress progress() {
    List<SeriesProgress> series = new ArrayList<>();
    List<CalibrationProgress> calibrations = new ArrayList<>();
    for (Map.Entry<String, TenantDetector> each : tenants.entrySet()) {
      EvidenceProgress.add(
          each.getKey(), each.getValue().detector(), policy.windowMs(), series, calibrations);
    }
    return new PartitionProgress(series, calibrations);
  }

  /** Ends all episodes, because the detectors are switched off. */
  public void switchOff(long nowMs) {
    tenants.values().forEach(tenant -> tenant.switchOff(nowMs));
  }

  public void restoreState(String tenant, String series, byte[] state) {
    tenant(tenant).detector().restoreState(series, state);
  }

  public void restoreInput(String tenant, String series, byte[] input) {
    tenant(tenant).detector().restoreInput(series, input);
  }

  public void statesRestored() {
    tenants.values().forEach(tenant -> tenant.detector().statesRestored());
  }

  public void restoreShared(String tenant, String series, byte[] shared) {
    tenant(tenant).detector().restoreShared(series, shared);
  }

  public void restoreCalibration(String tenant, byte[] calibration) {
    tenant(tenant).detector().restoreCalibration(calibration);
  }

  public void restoreSilence(String tenant, String service, byte[] state) {
    tenant(tenant).silence().restore(service, state);
  }

  public void restoreEpisode(EpisodeSubject subject, Episode episode) {
    tenant(subject.series().tenant()).restoreEpisode(subject.series(), episode);
  }

  public void restoreReceived(String tenant, int partition, long window) {
    tenant(tenant).windows().restoreReceived(partition, window);
  }

  public void restoreWaiting(SampleBatch batch) {
    tenant(batch.tenant()).windows().restore(batch);
  }

  private TenantDetector tenant(String name) {
    return tenants.computeIfAbsent(
        name,
        unknown ->
            new TenantDetector(
                name, policy, limits, partitionOf, storage, output, silence, listener));
  }
}
