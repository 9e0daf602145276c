package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.request.MetricValue;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Incident;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/anomalies}, newest first.
 *
 * @param total number of matching anomalies; more than the list has when {@code limit} shortened it
 */
public record AnomaliesAnswer(
    boolean partial, List<String> missing, int total, List<Item> anomalies) {
  public AnomaliesAnswer {
    missing = List.copyOf(missing);
    anomalies = List.copyOf(anomalies);
  }

  /** Example traces; null where there is none. */
  public record Exemplars(
      @Nullable String slowest, @Nullable String error, @Nullable String typical) {

    static Exemplars of(io.tracetide.schemas.Exemplars exemplars) {
      return new Exemplars(exemplars.getSlowest(), exemplars.getError(), exemplars.getTypical());
    }
  }

  /**
   * One feature of a window with its expected range.
   *
   * @param name with the unit
   * @param low lower end of the expected band; null without a band
   * @param high upper end of the expected band; null without a band
   * @param contribution share in the score, 0 to 1
   */
  public record Feature(
      String name,
      @Nullable Double observed,
      @Nullable Double expected,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double contribution) {

    private static final String LOW = "_low";
    private static final String HIGH = "_high";

    /** Each feature once, by descending contribution. */
    static List<Feature> listOf(
        Map<String, Double> observed,
        Map<String, Double> expected,
        Map<String, Double> contributions) {
      Set<String> names = new TreeSet<>(observed.keySet());
      names.addAll(contributions.keySet());
      for (String name : expected.keySet()) {
        if (!isBound(name, LOW, expected) && !isBound(name, HIGH, expected)) {
          names.add(name);
        }
      }
      return names.stream()
          .map(
              name ->
                  new Feature(
                      name,
                      rounded(observed.get(name)),
                      rounded(expected.get(name)),
                      rounded(expected.get(name + LOW)),
                      rounded(expected.get(name + HIGH)),
                      rounded(contributions.get(name))))
          .sorted(
              Comparator.comparingDouble(
                  feature -> feature.contribution() == null ? 0 : -feature.contribution()))
          .toList();
    }

    private static boolean isBound(String name, String end, Map<String, Double> expected) {
      return name.endsWith(end)
          && expected.containsKey(name.substring(0, name.length() - end.length()));
    }

    private static @Nullable Double rounded(@Nullable Double value) {
      return value == null ? null : MetricValue.exact(value);
    }
  }

  /** The window with the greatest score of an episode. */
  public record Peak(
      Instant windowStart,
      Instant windowEnd,
      Map<String, @Nullable Double> observed,
      Map<String, @Nullable Double> expected,
      Map<String, @Nullable Double> contributions,
      Exemplars exemplars,
      List<Feature> features) {

    static @Nullable Peak of(io.tracetide.schemas.@Nullable Peak peak) {
      return peak == null
          ? null
          : new Peak(
              peak.getWindowStart(),
              peak.getWindowEnd(),
              rounded(peak.getObserved()),
              rounded(peak.getExpected()),
              rounded(peak.getContributions()),
              Exemplars.of(peak.getExemplars()),
              Feature.listOf(peak.getObserved(), peak.getExpected(), peak.getContributions()));
    }
  }

  /**
   * The incident of an anomaly, as far as known at its latest revision.
   *
   * @param incidentId id of the anomaly that began it
   * @param anomalies number of its anomalies
   * @param origin the most likely origin of all of them
   */
  public record IncidentLink(String incidentId, Instant openedAt, int anomalies, Origin origin) {

    static @Nullable IncidentLink of(@Nullable Incident incident) {
      return incident == null
          ? null
          : new IncidentLink(
              incident.getIncidentId(),
              incident.getOpenedAt(),
              incident.getAnomalies(),
              Origin.of(incident));
    }
  }

  /**
   * The most likely origin of an incident.
   *
   * @param operation null when it is not known which one, or when only calls to the service deviate
   */
  public record Origin(String service, @Nullable String operation) {

    static Origin of(Incident incident) {
      return new Origin(incident.getOriginService(), incident.getOriginOperation());
    }
  }

  /**
   * One episode of deviation, in its latest revision.
   *
   * @param rule name of the breached rule; null for learned detectors
   * @param engine learned engine that found it; null for rules and where it is not known
   * @param metric metric whose values deviate; null for spans and rules
   * @param resolvedAt null while open
   * @param observed observed values by feature; the unit is part of the feature's name
   * @param contributions share of each feature in the score, 0 to 1
   * @param exemplars example traces of the peak, or those that breached the rule when it is about
   *     traces
   * @param traceIds traces that breached the rule, newest first; empty when it is about windows
   * @param features observed features of the window, each once
   * @param peak the window with the greatest score; null when it is not known
   * @param incident null when a build before incidents published it
   */
  public record Item(
      String anomalyId,
      String fingerprint,
      String tenant,
      String service,
      String operation,
      String detector,
      String kind,
      @Nullable String rule,
      @Nullable String engine,
      @Nullable String metric,
      String severity,
      @Nullable Double confidence,
      String confidenceBasis,
      String state,
      int revision,
      Instant openedAt,
      Instant updatedAt,
      @Nullable Instant resolvedAt,
      Instant windowStart,
      Instant windowEnd,
      Map<String, @Nullable Double> observed,
      Map<String, @Nullable Double> expected,
      Map<String, @Nullable Double> contributions,
      String summary,
      Exemplars exemplars,
      List<String> traceIds,
      List<Feature> features,
      @Nullable Peak peak,
      @Nullable IncidentLink incident) {

    /** The anomaly as answers contain it. */
    public static Item of(Anomaly anomaly) {
      return new Item(
          anomaly.getAnomalyId(),
          anomaly.getFingerprint(),
          anomaly.getTenantId(),
          anomaly.getServiceName(),
          anomaly.getOperationName(),
          anomaly.getDetector().name(),
          anomaly.getKind().name(),
          anomaly.getRule(),
          anomaly.getEngine(),
          anomaly.getMetric(),
          anomaly.getSeverity().name(),
          MetricValue.exact(anomaly.getConfidence()),
          anomaly.getConfidenceBasis().name(),
          anomaly.getState().name(),
          anomaly.getRevision(),
          anomaly.getOpenedAt(),
          anomaly.getUpdatedAt(),
          anomaly.getResolvedAt(),
          anomaly.getWindowStart(),
          anomaly.getWindowEnd(),
          rounded(anomaly.getObserved()),
          rounded(anomaly.getExpected()),
          rounded(anomaly.getContributions()),
          anomaly.getSummary(),
          Exemplars.of(anomaly.getExemplars()),
          List.copyOf(anomaly.getTraceIds()),
          Feature.listOf(anomaly.getObserved(), anomaly.getExpected(), anomaly.getContributions()),
          Peak.of(anomaly.getPeak()),
          IncidentLink.of(anomaly.getIncident()));
    }
  }

  private static Map<String, @Nullable Double> rounded(Map<String, Double> values) {
    Map<String, @Nullable Double> result = new TreeMap<>();
    values.forEach((feature, value) -> result.put(feature, MetricValue.exact(value)));
    return Collections.unmodifiableMap(result);
  }
}
