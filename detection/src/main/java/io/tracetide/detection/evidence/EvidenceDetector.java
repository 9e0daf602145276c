package io.tracetide.detection.evidence;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Evidence that the series of one tenant deviate, from one closed window of all of them at a time.
 *
 * <p>Results depend on the windows in their order and on nothing else, so that equal input gives
 * equal results, also after {@link #save} and {@link #restore}. Not safe for use by several
 * threads.
 */
public final class EvidenceDetector {

  /*
   * For each window of a series:
   *
   * 1. z of five features against the last 240 windows (Features), counts under the load of the
   *    tenant (TenantLoad).
   * 2. The residuals are z without what all series of the tenant have in common (TenantFactors).
   * 3. Latency is the mean of the four latency residuals, throughput the fifth one, and once more
   *    the difference from its most similar series (SimilarSeries).
   * 4. Sums of the last 1, 2, 3 and 5 of them against their own last 480 (SequentialSums), slower
   *    and fewer only.
   * 5. Divided by the weight of the series' own tail over 1440 windows (TailScale).
   * 6. Errors: Poisson deviance of up to 6 windows against a slow base rate (ErrorEvidence).
   * 7. Evidence is the largest ratio of the three to their thresholds; episodes (EpisodeTracker).
   *
   * Nothing is learned from an open episode for its first windows, so that a fault does not become
   * usual while it lasts. Memory: about 21 KiB a series.
   */

  private static final byte FORMAT = 1;

  /** Windows between two fits of what series have in common. */
  private static final int REFIT = 60;

  private static final int FIRST_FIT = 120;

  /** A series without spans for so many windows is forgotten. */
  private static final int FORGET_AFTER = 1_440;

  private final EvidenceSettings settings;
  private final TenantFactors factors = new TenantFactors();
  private final double[] scratch = new double[TailScale.CAPACITY];
  private final List<SeriesState> series = new ArrayList<>();
  private final Map<String, SeriesState> byName = new HashMap<>();
  private final Assessor assessor;

  /** Windows so far. */
  private long windows;

  private long lastWindow = Long.MIN_VALUE;
  private boolean fitted;

  public EvidenceDetector(EvidenceSettings settings) {
    this.settings = settings;
    this.assessor = new Assessor(settings);
  }

  /** Number of series that are known. */
  public int seriesCount() {
    return series.size();
  }

  /**
   * Assesses one window.
   *
   * @param window its number; later than those before. Numbers may be left out, which is for
   *     windows that were not observed: nothing is learned of them.
   * @param samples samples by the name of the series; a known series that is missing had no spans
   * @return an assessment for each known series, in the order in which they became known
   * @throws IllegalArgumentException if the window is not later than the one before
   */
  public List<SeriesAssessment> assess(long window, Map<String, WindowSample> samples) {
    if (window <= lastWindow) {
      throw new IllegalArgumentException(
          "window %d is not later than the one before, %d".formatted(window, lastWindow));
    }
    lastWindow = window;
    admit(samples);
    double load = TenantLoad.of(series, samples);
    for (SeriesState state : series) {
      WindowSample sample = samples.getOrDefault(state.name, WindowSample.EMPTY);
      state.features.measure(sample, load, state.z);
      System.arraycopy(state.z, 0, state.residuals, 0, Features.SIZE);
      state.silent = sample.count() == 0 ? state.silent + 1 : 0;
      state.windows++;
    }
    if (fitted) {
      factors.condition(series);
    }
    List<SeriesAssessment> assessments = new ArrayList<>(series.size());
    int position = (int) (windows % DeviationHistory.WINDOWS);
    for (SeriesState state : series) {
      WindowSample sample = samples.getOrDefault(state.name, WindowSample.EMPTY);
      assessments.add(assessOne(state, sample, window, position));
    }
    windows++;
    forget();
    if (windows >= FIRST_FIT && windows % REFIT == 0) {
      refit();
    }
    return assessments;
  }

  /** The whole state as bytes, which begin with a version. Equal states have equal bytes. */
  public byte[] save() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeByte(FORMAT);
      out.writeLong(windows);
      out.writeLong(lastWindow);
      out.writeBoolean(fitted);
      out.writeInt(series.size());
      for (SeriesState state : series) {
        state.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * A detector that continues from a saved state.
   *
   * @param settings those of the detector that saved it; others apply from the next window on
   * @throws IllegalArgumentException if the bytes are not a state of this version
   */
  public static EvidenceDetector restore(EvidenceSettings settings, byte[] saved) {
    EvidenceDetector detector = new EvidenceDetector(settings);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(saved))) {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IllegalArgumentException(
            "the state has format %d, and only %d can be read".formatted(format, FORMAT));
      }
      detector.windows = in.readLong();
      detector.lastWindow = in.readLong();
      detector.fitted = in.readBoolean();
      int size = in.readInt();
      for (int i = 0; i < size; i++) {
        detector.add(SeriesState.read(in));
      }
      if (in.read() >= 0) {
        throw new IllegalArgumentException("the state is followed by other bytes");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the state is cut off or damaged: " + e.getMessage(), e);
    }
    return detector;
  }

  private void admit(Map<String, WindowSample> samples) {
    if (samples.size() == series.size() && byName.keySet().containsAll(samples.keySet())) {
      return;
    }
    samples.keySet().stream()
        .filter(name -> !byName.containsKey(name))
        .sorted()
        .forEach(name -> add(new SeriesState(name)));
  }

  private void add(SeriesState state) {
    series.add(state);
    byName.put(state.name, state);
  }

  private SeriesAssessment assessOne(
      SeriesState state, WindowSample sample, long window, int position) {
    int length = state.episodes.length(window);
    boolean learn = length == 0 || length > settings.frozenWindows();
    SeriesAssessment assessment = assessor.assess(state, series, sample, window, learn, scratch);
    if (learn) {
      state.features.learn(scratch);
      state.deviations.set(position, state.z);
    } else {
      state.deviations.set(position, new double[Features.SIZE]);
    }
    return assessment;
  }

  private void forget() {
    if (series.removeIf(state -> state.silent >= FORGET_AFTER)) {
      byName.clear();
      for (SeriesState state : series) {
        byName.put(state.name, state);
        state.peers.clear();
      }
    }
  }

  private void refit() {
    fitted = series.size() >= TenantFactors.LEAST_SERIES;
    if (fitted) {
      factors.fit(series);
    }
    SimilarSeries.choose(series);
  }
}
