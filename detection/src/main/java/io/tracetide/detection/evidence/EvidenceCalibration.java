package io.tracetide.detection.evidence;

import io.tracetide.detection.calibration.CalibrationPrior;
import io.tracetide.detection.calibration.ChannelCalibration;
import io.tracetide.detection.calibration.RecentEvidence;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Learns from the windows of one tenant how likely evidence comes from a fault.
 *
 * <p>In each window one series for each channel gets a shift in a copy of its latest windows: its
 * spans are slower, fewer, or fail. The series and the size are drawn from a seed and the number of
 * the window, so that the same windows give the same calibration. What an injected shift of six
 * windows would have caused is derived from the values of the latest windows and the change of the
 * last one, without assessing six windows again.
 */
final class EvidenceCalibration {
  /** Sizes of injected shifts: factor of the durations, share that is missing, share that fails. */
  private static final double LEAST_FACTOR = 1.5;

  private static final double MOST_FACTOR = 4;
  private static final double LEAST_DROP = 0.5;
  private static final double MOST_DROP = 0.9;
  private static final double LEAST_FAILING = 0.02;
  private static final double MOST_FAILING = 0.3;

  private final EvidenceSettings settings;
  private final long seed;
  private final ChannelCalibration[] channels = {
    new ChannelCalibration(CalibrationPrior.latency()),
    new ChannelCalibration(CalibrationPrior.throughput()),
    new ChannelCalibration(CalibrationPrior.errors())
  };

  EvidenceCalibration(EvidenceSettings settings, long seed) {
    this.settings = settings;
    this.seed = seed;
  }

  ChannelCalibration of(EvidenceChannel channel) {
    return channels[place(channel)];
  }

  /** Place of a channel in saved state. */
  private static int place(EvidenceChannel channel) {
    return switch (channel) {
      case LATENCY -> 0;
      case THROUGHPUT -> 1;
      case ERRORS -> 2;
    };
  }

  /** Adds the latest window of a series to its recent evidence. */
  void add(SeriesState state, List<ChannelEvidence> found) {
    for (ChannelEvidence each : found) {
      boolean counts = each.deviates() && isWarm(state);
      state.recent[place(each.channel())].add(counts ? each.ratio() : 0);
    }
  }

  private boolean isWarm(SeriesState state) {
    return state.windows > settings.warmUpWindows();
  }

  /**
   * Probability that the deviation of a series is due to a fault, 0 to 1: 0 without a deviation,
   * NaN while it is not known.
   */
  double confidence(SeriesState state, EvidenceChannel channel) {
    ChannelCalibration calibration = of(channel);
    RecentEvidence recent = state.recent[place(channel)];
    if (!isWarm(state) || calibration.calibratedSince() > state.lastWindow) {
      return Double.NaN;
    }
    return recent.deviates() ? calibration.confidence(recent) : 0;
  }

  /** Learns from a window, after all of its series were assessed. */
  void learn(long window, List<SeriesState> series) {
    for (SeriesState state : series) {
      for (int i = 0; i < channels.length; i++) {
        double ended = state.recent[i].ended();
        if (ended > 0) {
          channels[i].deviated(ended);
        }
      }
    }
    List<SeriesState> warm = new ArrayList<>(series);
    warm.removeIf(state -> !isWarm(state));
    if (!warm.isEmpty()) {
      SplittableRandom random = new SplittableRandom(seed ^ window * 0x9E3779B97F4A7C15L);
      for (EvidenceChannel channel : EvidenceChannel.values()) {
        inject(channel, warm.get(random.nextInt(warm.size())), random.nextDouble());
      }
    }
    for (ChannelCalibration channel : channels) {
      channel.advance(window, warm.size());
    }
  }

  /**
   * Injects a shift.
   *
   * @param draw 0 to 1, for the size
   */
  private void inject(EvidenceChannel channel, SeriesState state, double draw) {
    double[] evidence = new double[RecentEvidence.WINDOWS];
    for (int duration = 1; duration <= evidence.length; duration++) {
      evidence[duration - 1] =
          switch (channel) {
            case LATENCY -> latency(state, draw, duration);
            case THROUGHPUT -> throughput(state, draw, duration);
            case ERRORS -> errors(state, draw, duration);
          };
    }
    of(channel).responded(evidence);
  }

  private double latency(SeriesState state, double draw, int duration) {
    double shift = state.features.latencyShift(between(LEAST_FACTOR, MOST_FACTOR, draw));
    return state.latency.shifted(shift, duration, 1)
        / state.latencyTail.scale()
        / settings.latencyThreshold();
  }

  private double throughput(SeriesState state, double draw, int duration) {
    double left = 1 - (LEAST_DROP + draw * (MOST_DROP - LEAST_DROP));
    double shift = state.features.countShift(left);
    double own = state.throughput.shifted(shift, duration, -1) / settings.throughputThreshold();
    double peer = state.peerThroughput.shifted(shift, duration, -1) / settings.peerThreshold();
    return Math.max(own, peer) / state.throughputTail.scale();
  }

  private double errors(SeriesState state, double draw, int duration) {
    return state.errors.shifted(between(LEAST_FAILING, MOST_FAILING, draw), duration)
        / settings.errorThreshold();
  }

  /** A value between two, equally likely in the logarithm. */
  private static double between(double least, double most, double draw) {
    return least * Math.pow(most / least, draw);
  }

  void write(DataOutput out) throws IOException {
    for (ChannelCalibration channel : channels) {
      channel.write(out);
    }
  }

  void read(DataInputStream in) throws IOException {
    for (ChannelCalibration channel : channels) {
      channel.read(in);
    }
  }
}
