package io.tracetide.detection.calibration;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * How likely evidence of one channel comes from a fault, in the deployment of one tenant.
 *
 * <p>For an episode whose evidence sums to S over a minute, three causes are weighed by the number
 * of episodes with such a sum that each would leave:
 *
 * <pre>
 *   faults      rate of faults x density of S among injected shifts     ({@link ShiftResponses})
 *   chance      rate extrapolated from smaller deviations, falling exponentially with S
 *                                                                      ({@link ChanceTail})
 *   transients  a share of the faults, falling with S, rising with earlier episodes of the series
 *                                                                      ({@link CalibrationPrior}),
 *               corrected by feedback                                  ({@link #judged})
 * </pre>
 *
 * <p>The rate of faults is what remains of the observed episodes without those by chance. All
 * counts fall by half in five days of windows of 10 s. Not safe for use by several threads.
 */
public final class ChannelCalibration {
  private static final double DECAY = 1 - 1.0 / 60_480;

  /**
   * By chance, S minus 2 has a gamma distribution of shape 2, with this scale as a multiple of that
   * of the heights.
   */
  private static final double SUM_TO_HEIGHT = 3;

  /** Deviations and shifts that are needed. */
  private static final double LEAST_DEVIATIONS = 20;

  private static final double LEAST_SHIFTS = 50;
  private static final double MOST_EARLIER = 6;
  private static final long NOT_YET = Long.MAX_VALUE;

  /** Judgements that count as much as the share of transients of the prior. */
  private static final double PRIOR_JUDGEMENTS = 20;

  private final CalibrationPrior prior;
  private final ChanceTail chance;
  private final ShiftResponses responses = new ShiftResponses();

  /** Windows of all series, in thousands. */
  private double exposure;

  private long since = NOT_YET;
  private double transientShare;

  public ChannelCalibration(CalibrationPrior prior) {
    this.prior = prior;
    this.chance = new ChanceTail(prior.tailPower());
    this.transientShare = prior.transientShare();
  }

  /**
   * Corrects the share of transients by what people said of episodes. It is not saved.
   *
   * @param faults number of episodes that were faults
   * @param harmless number of those that were not
   */
  public void judged(int faults, int harmless) {
    transientShare =
        (PRIOR_JUDGEMENTS * prior.transientShare() + harmless) / (PRIOR_JUDGEMENTS + faults);
  }

  /** Adds the height of a deviation that has ended. */
  public void deviated(double height) {
    chance.add(height);
  }

  /**
   * Adds the response to an injected shift.
   *
   * @param evidence of each window from the first one of the shift, as multiples of the threshold
   */
  public void responded(double[] evidence) {
    responses.addShift();
    double sum = 0;
    int anomalous = 0;
    for (int i = 0; i < RecentEvidence.WINDOWS; i++) {
      sum += Math.max(0, Math.min(RecentEvidence.MOST, evidence[i]));
      anomalous += evidence[i] > 1 ? 1 : 0;
      if (i + 1 >= RecentEvidence.LEAST_AGE && anomalous >= RecentEvidence.LEAST_AGE) {
        responses.add(i + 1, sum);
      }
    }
  }

  /**
   * Ends a window.
   *
   * @param series number of series that were assessed
   */
  public void advance(long window, int series) {
    chance.decay(DECAY);
    responses.decay(DECAY);
    exposure = exposure * DECAY + series / 1_000.0;
    boolean ready = chance.fitted() >= LEAST_DEVIATIONS && responses.shifts() >= LEAST_SHIFTS;
    if (since == NOT_YET && ready) {
      since = window + 1;
    }
  }

  /**
   * The first window whose confidence is calibrated; {@link Long#MAX_VALUE} while it is not known.
   */
  public long calibratedSince() {
    return since;
  }

  /** Share of the deviations and injected shifts that are needed, 0 to 1. */
  public double progress() {
    return Math.min(
        1, Math.min(chance.fitted() / LEAST_DEVIATIONS, responses.shifts() / LEAST_SHIFTS));
  }

  /** Share of the injected shifts that would open an episode, 0 to 1; NaN without shifts. */
  public double detectedShare() {
    return Math.min(1, responses.detected(RecentEvidence.WINDOWS) / responses.shifts());
  }

  /** Episodes by chance that are expected in 1,000 windows of a series. */
  double chanceRate() {
    return (chance.expectedAboveThreshold() + prior.weight() * prior.chanceRate())
        / (prior.weight() + exposure);
  }

  private double faultRate() {
    double observed = Math.max(0, chance.aboveThreshold() - chance.expectedAboveThreshold());
    return (observed + prior.weight() * prior.faultRate()) / (prior.weight() + exposure);
  }

  /**
   * Probability that a deviation is due to a fault. It does not fall with the evidence.
   *
   * @param recent the series, with a deviation
   */
  public double confidence(RecentEvidence recent) {
    return confidence(recent.peak(), recent.duration(), recent.earlier());
  }

  /**
   * Probability that a deviation is due to a fault.
   *
   * @param sum greatest sum of its evidence so far
   * @param duration windows of it that are known, 2 to 6
   * @param earlier earlier episodes of the series
   */
  double confidence(double sum, int duration, double earlier) {
    double known =
        (double) (duration - RecentEvidence.LEAST_AGE)
            / (RecentEvidence.WINDOWS - RecentEvidence.LEAST_AGE);
    double scale = SUM_TO_HEIGHT * chance.scale();
    double faults = faultRate();
    double transients =
        faults * transientShare * Math.pow(prior.recurrence(), Math.min(MOST_EARLIER, earlier));
    double byChance = chanceRate();
    double best = 0;
    for (int bin = 0; bin <= ShiftResponses.bin(sum); bin++) {
      double at = Math.max(0, Math.min(sum, ShiftResponses.upper(bin)) - ShiftResponses.LEAST);
      double atLeast = Math.max(at, scale); // The density by chance has its maximum there.
      double shifted = responses.density(duration, bin);
      double passing = Math.exp(-at / prior.transientScale()) / prior.transientScale();
      double real = faults * shifted;
      double other =
          byChance * atLeast * Math.exp(-atLeast / scale) / (scale * scale)
              + transients * (known * passing + (1 - known) * shifted);
      best = Math.max(best, real / (real + other));
    }
    return best;
  }

  public void write(DataOutput out) throws IOException {
    chance.write(out);
    responses.write(out);
    out.writeDouble(exposure);
    out.writeLong(since);
  }

  public void read(DataInput in) throws IOException {
    chance.read(in);
    responses.read(in);
    exposure = in.readDouble();
    since = in.readLong();
  }
}
