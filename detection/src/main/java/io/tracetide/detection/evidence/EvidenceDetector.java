package io.tracetide.detection.evidence;

import io.tracetide.detection.SavedBytes;
import io.tracetide.detection.calibration.ChannelCalibration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;

/**
 * Evidence that the series of one tenant deviate, from one closed window of all of them at a time.
 *
 * <p>Results depend on the windows in their order and on nothing else, so that equal input gives
 * equal results, also after a restart with the state in the {@link EvidenceJournal}. Not safe for
 * use by several threads.
 */
public final class EvidenceDetector {

  /*
   * For each window of a series:
   *
   * 1. z of five features against the last 240 windows (Features), counts under the load of the
   *    tenant (TenantLoad).
   * 2. The residuals are z without what all series of the tenant have in common (TenantFactors).
   * 3. Latency is the mean of the four latency residuals, throughput the fifth one, and once more
   *    the difference from its most similar series (SimilarSeries); without what deviates at this
   *    time every day (DailyDeviations).
   * 4. Sums of the last 1, 2, 3 and 5 of them against their own last 480 (SequentialSums), slower
   *    and fewer only.
   * 5. Divided by the weight of the series' own tail over 1440 windows (TailScale).
   * 6. Errors: Poisson deviance of up to 6 windows against a slow base rate (ErrorEvidence).
   * 7. Evidence is the largest ratio of the three to their thresholds.
   * 8. Confidence of each ratio, from the windows of the tenant (EvidenceCalibration).
   *
   * Memory: about 22 KiB a series.
   */

  /** Windows between two states of a series in the journal. */
  public static final int BETWEEN_STATES = 60;

  /** Inputs of a series that the journal must keep: those since its state, and some before. */
  public static final int KEPT_INPUTS = BETWEEN_STATES + AssessedWindows.SIZE;

  /** Windows between two fits of what series have in common. */
  private static final int REFIT = 60;

  private static final int FIRST_FIT = 120;

  /** A series without spans for so many windows is forgotten. */
  public static final int FORGET_AFTER = 1_440;

  private final EvidenceJournal journal;
  private final EvidenceCalibration calibration;
  private final TenantFactors factors = new TenantFactors();
  private final Assessor assessor;
  private final Map<String, SeriesState> byName = new TreeMap<>();

  private final List<String> forgotten = new ArrayList<>();

  /** The values of {@link #byName}, in the order of the names, so that sums are repeatable. */
  private List<SeriesState> series = List.of();

  private long lastWindow = Long.MIN_VALUE;

  /**
   * Starts without state.
   *
   * @param seed of the shifts that are injected for the calibration, such as a hash of the tenant
   */
  public EvidenceDetector(EvidenceSettings settings, EvidenceJournal journal, long seed) {
    this.journal = journal;
    this.calibration = new EvidenceCalibration(settings, seed);
    this.assessor = new Assessor(settings, calibration);
  }

  /** Number of series that are known. */
  public int seriesCount() {
    return series.size();
  }

  /**
   * Passes on each series, with the number of its windows that were assessed.
   *
   * @param reader receives the name of the series
   */
  public void eachSeries(ObjLongConsumer<String> reader) {
    series.forEach(state -> reader.accept(state.name, state.windows));
  }

  /** Names of the series that were forgotten with the latest window. */
  public List<String> forgotten() {
    return List.copyOf(forgotten);
  }

  /**
   * Probability that the latest deviation of a series is due to a fault.
   *
   * @return 0 to 1: 0 without a deviation; NaN while it is not known, because the series is warming
   *     up or the channel is not calibrated
   */
  public double confidence(String name, EvidenceChannel channel) {
    SeriesState state = byName.get(name);
    return state == null ? Double.NaN : calibration.confidence(state, channel);
  }

  /** Calibration of the confidence of a channel. */
  public ChannelCalibration calibration(EvidenceChannel channel) {
    return calibration.of(channel);
  }

  /** Number of the latest window; {@link Long#MIN_VALUE} before the first. */
  public long lastWindow() {
    return lastWindow;
  }

  /**
   * Assesses one window.
   *
   * @param window its number; later than those before. Numbers may be left out, which is for
   *     windows that were not observed: nothing is learned of them.
   * @param samples samples by the name of the series
   * @param silent whether a known series without a sample had no spans; if not, its window is not
   *     known, and it is not assessed
   * @param frozen whether nothing is to be learned of a series in this window, because it is in an
   *     anomaly, which is not to become usual while it lasts
   * @return an assessment for each series with a known window, in the order of the names
   * @throws IllegalArgumentException if the window is not later than the one before
   */
  public List<SeriesAssessment> assess(
      long window,
      Map<String, WindowSample> samples,
      Predicate<String> silent,
      Predicate<String> frozen) {
    if (window <= lastWindow) {
      throw new IllegalArgumentException(
          "window %d is not later than the one before, %d".formatted(window, lastWindow));
    }
    admit(samples);
    List<SeriesState> present = new ArrayList<>(series);
    present.removeIf(state -> !samples.containsKey(state.name) && !silent.test(state.name));
    double load = TenantLoad.of(present, samples);
    for (SeriesState state : present) {
      state.begin(window, samples.getOrDefault(state.name, WindowSample.EMPTY), load);
    }
    factors.condition(present);
    List<SeriesAssessment> assessments = new ArrayList<>(present.size());
    for (SeriesState state : present) {
      WindowSample sample = samples.getOrDefault(state.name, WindowSample.EMPTY);
      SeriesInput input =
          new SeriesInput(
              window,
              state.windows,
              sample,
              load,
              state.common,
              state.peers.predict(window),
              !frozen.test(state.name));
      assessments.add(assessor.assess(state, input));
      save(state, input);
    }
    calibration.learn(window, present);
    journal.putCalibration(SavedBytes.of(calibration::write));
    long before = lastWindow;
    lastWindow = window;
    forget();
    if (isDue(before, window, 0, REFIT) && hasHistory()) {
      refit();
    }
    return assessments;
  }

  private void save(SeriesState state, SeriesInput input) {
    journal.putInput(state.name, input.window(), SavedBytes.of(input::write));
    if (isDue(state.savedWindow, input.window(), state.name.hashCode(), BETWEEN_STATES)) {
      state.savedWindow = input.window();
      journal.putState(state.name, SavedBytes.of(state::write));
    }
  }

  /** Whether a window that is due every so many windows is among those after {@code before}. */
  private static boolean isDue(long before, long window, int offset, int every) {
    return Math.floorDiv(window - offset, every) != Math.floorDiv(before - offset, every);
  }

  /**
   * Assesses one of the latest {@value AssessedWindows#SIZE} windows of a series again, after its
   * sample has changed. Nothing is learned of the change.
   *
   * @return empty when the window is older, or was not assessed
   */
  public Optional<SeriesAssessment> reassess(long window, String name, WindowSample sample) {
    SeriesState state = byName.get(name);
    SeriesInput input = state == null ? null : state.assessed.revised(window, sample);
    return state == null || input == null
        ? Optional.empty()
        : Optional.of(assessor.reassess(state, input));
  }

  private void admit(Map<String, WindowSample> samples) {
    samples.keySet().forEach(name -> byName.computeIfAbsent(name, SeriesState::new));
    if (byName.size() != series.size()) {
      series = List.copyOf(byName.values());
    }
  }

  private void forget() {
    forgotten.clear();
    Set<SeriesState> gone = new HashSet<>();
    for (SeriesState state : series) {
      if (state.silent >= FORGET_AFTER) {
        gone.add(state);
        forgotten.add(state.name);
        byName.remove(state.name);
        journal.delete(state.name);
      }
    }
    if (!gone.isEmpty()) {
      series = List.copyOf(byName.values());
      for (SeriesState state : series) {
        if (state.peers.containsAny(gone)) {
          state.peers.clear();
          saveShared(state);
        }
      }
    }
  }

  private boolean hasHistory() {
    for (SeriesState state : series) {
      if (state.windows >= FIRST_FIT) {
        return true;
      }
    }
    return false;
  }

  private void refit() {
    if (series.size() >= TenantFactors.LEAST_SERIES) {
      factors.fit(series);
    } else {
      series.forEach(SeriesState::clearLoadings);
    }
    SimilarSeries.choose(series);
    series.forEach(this::saveShared);
  }

  private void saveShared(SeriesState state) {
    journal.putShared(state.name, SavedBytes.of(state::writeShared));
  }

  /** Restores a state that was saved; before the inputs of the series. */
  public void restoreState(String name, byte[] saved) {
    SeriesState state = state(name);
    SavedBytes.read(
        saved,
        in -> {
          state.read(in);
          return state;
        });
    state.savedWindow = state.lastWindow;
  }

  /**
   * Restores an input that was saved. The inputs of a series come in the order of their windows;
   * those that its state already contains are used to assess these windows again, and those of an
   * earlier series of the same name are ignored.
   */
  public void restoreInput(String name, byte[] saved) {
    SeriesInput input = SavedBytes.read(saved, SeriesInput::read);
    SeriesState state = state(name);
    if (input.ordinal() == state.windows + 1) {
      state.begin(input.window(), input.sample(), input.load());
      System.arraycopy(input.common(), 0, state.common, 0, Features.SIZE);
      assessor.assess(state, input);
    } else if (input.ordinal() <= state.windows) {
      state.assessed.add(input);
    }
  }

  /** Restores what a series has in common with others; after all states and inputs. */
  public void restoreShared(String name, byte[] saved) {
    SeriesState state = byName.get(name);
    if (state != null) {
      SavedBytes.read(
          saved,
          in -> {
            state.readShared(in, byName);
            return state;
          });
    }
  }

  /** Restores the calibration that was saved. */
  public void restoreCalibration(byte[] saved) {
    SavedBytes.read(
        saved,
        in -> {
          calibration.read(in);
          return calibration;
        });
  }

  /** Completes the states and inputs, before what series have in common is restored. */
  public void statesRestored() {
    byName.values().removeIf(state -> state.windows == 0);
    series = List.copyOf(byName.values());
    for (SeriesState state : series) {
      lastWindow = Math.max(lastWindow, state.lastWindow);
    }
  }

  private SeriesState state(String name) {
    return byName.computeIfAbsent(name, SeriesState::new);
  }
}
