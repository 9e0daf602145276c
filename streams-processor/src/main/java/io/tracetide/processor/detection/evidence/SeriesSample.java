package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.evidence.WindowSample;
import io.tracetide.processor.detection.silence.SilenceDetector;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.sketch.QuantileSketch;
import io.tracetide.schemas.Exemplars;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * One window of an operation.
 *
 * @param lag number of windows by which it is older than the others of its batch, because the spans
 *     of its service usually arrive late
 * @param sample counts and durations
 * @param exemplars traces of the window
 */
public record SeriesSample(
    String service, String operation, int lag, WindowSample sample, Exemplars exemplars) {

  /** Maximum of the bytes of all numbers and lengths of a sample. */
  private static final int NUMBERS = 128;

  /** Maximum of the bytes of a character. */
  private static final int UTF_8_BYTES = 3;

  /** The sample of a closed window. */
  static SeriesSample of(SeriesId series, int lag, WindowStats stats) {
    return new SeriesSample(
        series.service(),
        series.operation(),
        lag,
        sample(stats.count(), stats.weightedCount(), stats.errors(), stats.sketch()),
        new Exemplars(stats.slowest(), stats.error(), stats.typical()));
  }

  /**
   * Counts and durations of a closed window.
   *
   * @param traffic spans by their sampling weight
   * @param durations durations in microseconds
   */
  public static WindowSample sample(
      long count, double traffic, long errors, QuantileSketch durations) {
    double meanLog = durations.meanLog();
    boolean known = !Double.isNaN(meanLog);
    return new WindowSample(
        count,
        traffic,
        errors,
        known ? durations.quantile(0.1) : 0,
        known ? durations.quantile(0.5) : 0,
        known ? durations.quantile(0.9) : 0,
        known ? durations.quantile(0.95) : 0,
        meanLog);
  }

  /** Upper bound of the bytes of this sample in a batch. */
  int maxBytes() {
    int characters = service.length() + operation.length();
    for (String trace :
        new String[] {exemplars.getSlowest(), exemplars.getError(), exemplars.getTypical()}) {
      characters += trace == null ? 0 : trace.length();
    }
    return NUMBERS + UTF_8_BYTES * characters;
  }

  /** The same with another lag. */
  SeriesSample withLag(int other) {
    return new SeriesSample(service, operation, other, sample, exemplars);
  }

  /** The services that have spans. */
  static Map<String, SilenceDetector.Seen> byService(Collection<SeriesSample> samples) {
    Map<String, SilenceDetector.Seen> seen = new HashMap<>();
    for (SeriesSample each : samples) {
      if (each.sample().count() > 0) {
        seen.merge(
            each.service(),
            new SilenceDetector.Seen(each.sample().count(), each.lag()),
            SilenceDetector.Seen::plus);
      }
    }
    return seen;
  }

  /** Unique name among the series of the tenant. */
  String name() {
    return name(service, operation);
  }

  /** The name of a series of spans among those of its tenant. */
  static String name(SeriesId series) {
    return name(series.service(), series.operation());
  }

  private static String name(String service, String operation) {
    return service + '\0' + operation;
  }

  /** The series with a name. */
  static SeriesId id(String tenant, String name) {
    int separator = name.indexOf('\0');
    return SeriesId.ofOperation(
        tenant, name.substring(0, separator), name.substring(separator + 1));
  }
}
