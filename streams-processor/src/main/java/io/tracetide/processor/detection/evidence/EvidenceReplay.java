package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.EvidenceJournal;
import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.anomaly.AnomalyRevision;
import io.tracetide.processor.anomaly.Finding;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.ReplayedEpisodes;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.detection.silence.SilenceDetector;
import io.tracetide.processor.incident.Call;
import io.tracetide.processor.incident.Incidents;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Incident;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs {@link TenantDetectors} over recorded windows of one tenant, whose spans are never late.
 * Services that stop are episodes of their operations, as labels of faults are.
 */
public final class EvidenceReplay {
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Exemplars NONE = new Exemplars(null, null, null);

  private final String tenant;
  private final ReplayedEpisodes episodes;
  private final TenantDetectors detectors;
  private final Incidents incidents = new Incidents(IncidentsConfig.defaults());
  private final Map<String, Anomaly> anomalies = new HashMap<>();

  public EvidenceReplay(String tenant, DetectionConfig config) {
    this(tenant, config, AssessmentListener.NONE);
  }

  /**
   * Starts a replay.
   *
   * @param listener receives the assessments; a series is named by its service, a NUL character and
   *     its operation
   */
  public EvidenceReplay(String tenant, DetectionConfig config, AssessmentListener listener) {
    this.tenant = tenant;
    this.episodes = new ReplayedEpisodes(WINDOW.toMillis(), config.closeAfter());
    this.detectors =
        new TenantDetectors(
            config,
            SilenceConfig.defaults().disabled(),
            WINDOW.toMillis(),
            Duration.ZERO,
            series -> 0,
            new Unsaved(),
            episodes,
            listener);
  }

  /**
   * Assesses one window. A series that is missing had no spans.
   *
   * @param window its number; above that of the window before
   */
  public void assess(long window, Map<SeriesId, WindowSample> samples) {
    List<SeriesSample> all = new ArrayList<>(samples.size());
    samples.forEach(
        (id, sample) -> all.add(new SeriesSample(id.service(), id.operation(), 0, sample, NONE)));
    episodes.begin(window);
    long nowMs = window * WINDOW.toMillis();
    detectors.add(new SampleBatch(tenant, 0, window, SampleBatch.Kind.LAST, all), nowMs);
    // The first windows wait, and large ones are assessed one at a time.
    detectors.goOn(nowMs);
    link();
  }

  /** Adds a call, to link anomalies by it. */
  public void addCall(Call call) {
    incidents.calls().add(call, 0);
  }

  private void link() {
    List<Anomaly> found = new ArrayList<>();
    for (Finding finding : episodes.takePublished()) {
      found.add(AnomalyRevision.of(finding, anomalies.get(finding.anomalyId()), null));
    }
    incidents.link(found).forEach(linked -> anomalies.put(linked.getAnomalyId(), linked));
  }

  /** The incident of an anomaly, as in its latest revision. */
  public Incident incident(String anomalyId) {
    return Objects.requireNonNull(anomalies.get(anomalyId)).getIncident();
  }

  /** The episodes so far, also those that are open. */
  public List<ReplayedEpisodes.Found> episodes() {
    return episodes.found();
  }

  /** Saves nothing. */
  private static final class Unsaved implements EvidenceStorage {
    @Override
    public EvidenceJournal journal(String ofTenant) {
      return EvidenceJournal.NONE;
    }

    @Override
    public SilenceDetector.Storage silence(String ofTenant) {
      return new SilenceDetector.Storage() {
        @Override
        public void put(String service, byte[] state) {}

        @Override
        public void delete(String service) {}
      };
    }

    @Override
    public void putWaiting(SampleBatch batch, int number) {}

    @Override
    public void deleteWaiting(SampleBatch batch, int number) {}

    @Override
    public void putReceived(String ofTenant, int partition, long window) {}

    @Override
    public void deleteReceived(String ofTenant, int partition) {}
  }
}
