package io.tracetide.detection.evidence;

import io.tracetide.detection.Direction;
import io.tracetide.detection.evidence.Contribution.Feature;
import java.util.ArrayList;
import java.util.List;

/** Turns the residuals of a series into evidence, bands and an explanation. */
final class Assessor {
  /** Half the width of a band in scales. */
  private static final double BAND = 3;

  private static final Feature[] LATENCY_FEATURES = {
    Feature.P50, Feature.P90, Feature.P95, Feature.MEAN_LOG
  };

  private final EvidenceSettings settings;
  private final EvidenceCalibration calibration;
  private final double[] scratch = new double[TailScale.CAPACITY];

  Assessor(EvidenceSettings settings, EvidenceCalibration calibration) {
    this.settings = settings;
    this.calibration = calibration;
  }

  /**
   * Assesses the window that the series has begun, and learns it if the input says so. {@link
   * SeriesState#common} must be set.
   */
  SeriesAssessment assess(SeriesState state, SeriesInput input) {
    SeriesAssessment assessment = assess(state, input, false);
    if (input.learn()) {
      state.learn(scratch);
    } else {
      state.skip();
    }
    state.assessed.add(input);
    return assessment;
  }

  /**
   * Assesses a recent window again with another sample: by its own evidence, without sums over
   * several windows. Nothing is learned of it.
   */
  SeriesAssessment reassess(SeriesState state, SeriesInput input) {
    return state.features.aside(
        () -> {
          state.features.measure(input.sample(), input.load(), state.z);
          System.arraycopy(input.common(), 0, state.common, 0, Features.SIZE);
          return assess(state, input, true);
        });
  }

  private SeriesAssessment assess(SeriesState state, SeriesInput input, boolean again) {
    boolean warm = state.windows > settings.warmUpWindows();
    ChannelEvidence latency = latency(state, input, warm, again);
    ChannelEvidence throughput = throughput(state, input, warm, again);
    ChannelEvidence errors = errors(state, input, again);
    Band p95 = p95(state, input);
    ChannelEvidence largest = latency;
    if (throughput.ratio() > largest.ratio()) {
      largest = throughput;
    }
    if (errors.ratio() > largest.ratio()) {
      largest = errors;
    }
    List<ChannelEvidence> found = List.of(latency, throughput, errors);
    if (!again) {
      calibration.add(state, found);
    }
    return new SeriesAssessment(
        state.name,
        largest.ratio(),
        found,
        largest.channel(),
        contributions(state, largest.channel(), largest.ratio()),
        p95,
        warm ? 1 : (double) (state.windows - 1) / settings.warmUpWindows());
  }

  private ChannelEvidence latency(
      SeriesState state, SeriesInput input, boolean warm, boolean again) {
    double deviation = 0;
    for (int i = 0; i < Features.LATENCIES; i++) {
      deviation += state.residual(i) / Features.LATENCIES;
    }
    double mean = state.dailyLatency.without(input.window(), deviation);
    if (!again) {
      state.dailyLatency.add(input.window(), deviation);
    }
    double evidence = again ? state.latency.single(mean, 1) : state.latency.add(mean, 1);
    boolean summed = state.latency.isKnown();
    double ratio =
        summed
            ? evidence / state.latencyTail.scale() / threshold(settings.latencyThreshold(), warm)
            : mean / settings.warmUpThreshold();
    if (input.learn()) {
      state.latency.learn(scratch);
      state.latencyTail.add(evidence, scratch);
    }
    WindowSample sample = input.sample();
    double observed = sample.hasDurations() ? Math.exp(sample.meanLogMicros()) : Double.NaN;
    if (!state.features.isLatencyKnown()) {
      return ChannelEvidence.none(EvidenceChannel.LATENCY, observed);
    }
    double common = state.common[Features.MEAN_LOG];
    return new ChannelEvidence(
        EvidenceChannel.LATENCY,
        sample.hasDurations() ? Math.max(0, ratio) : 0,
        summed && !again ? state.latency.bestLength() : 1,
        summed ? state.latency.single(mean, 1) : mean,
        new Band(
            observed,
            Math.exp(state.features.meanLogAt(common)),
            Math.exp(state.features.meanLogAt(common - BAND)),
            Math.exp(state.features.meanLogAt(common + BAND))),
        Direction.UP);
  }

  private ChannelEvidence throughput(
      SeriesState state, SeriesInput input, boolean warm, boolean again) {
    double missing = -state.residual(Features.COUNT);
    double residual = -state.dailyThroughput.without(input.window(), missing);
    if (!again) {
      state.dailyThroughput.add(input.window(), missing);
    }
    double evidence =
        again ? state.throughput.single(residual, -1) : state.throughput.add(residual, -1);
    double common = state.common[Features.COUNT];
    boolean summed = state.throughput.isKnown();
    double own = summed ? state.throughput.single(residual, -1) : -residual;
    int length = state.throughput.bestLength();
    if (!Double.isNaN(input.predicted())) {
      double difference =
          -state.dailyThroughput.without(
              input.window(), input.predicted() - state.z[Features.COUNT]);
      double against =
          again
              ? state.peerThroughput.single(difference, -1)
              : state.peerThroughput.add(difference, -1);
      double comparable = against * settings.throughputThreshold() / settings.peerThreshold();
      if (input.learn()) {
        state.peerThroughput.learn(scratch);
      }
      if (comparable > evidence) {
        evidence = comparable;
        common = input.predicted();
        own = state.peerThroughput.single(difference, -1);
        length = state.peerThroughput.bestLength();
      }
    }
    double threshold = threshold(settings.throughputThreshold(), warm);
    double ratio =
        summed
            ? evidence / state.throughputTail.scale() / threshold
            : -residual / settings.warmUpThreshold();
    if (input.learn()) {
      state.throughput.learn(scratch);
      state.throughputTail.add(evidence, scratch);
    }
    double observed = input.sample().traffic();
    if (!state.features.isKnown()) {
      return ChannelEvidence.none(EvidenceChannel.THROUGHPUT, observed);
    }
    return new ChannelEvidence(
        EvidenceChannel.THROUGHPUT,
        Math.max(0, ratio),
        summed && !again ? length : 1,
        own,
        new Band(
            observed,
            state.features.countAt(common),
            state.features.countAt(common - BAND),
            state.features.countAt(common + BAND)),
        Direction.DOWN);
  }

  private double threshold(double afterwards, boolean warm) {
    return warm ? afterwards : afterwards * settings.warmUpFactor();
  }

  private ChannelEvidence errors(SeriesState state, SeriesInput input, boolean again) {
    WindowSample sample = input.sample();
    double rate = state.errors.rate();
    double own = state.errors.single(sample.count(), sample.errors());
    double evidence =
        again ? own : state.errors.add(sample.count(), sample.errors(), input.learn());
    double count = Math.max(1, sample.count());
    boolean counts = sample.errors() > 0 && state.features.isKnown();
    return new ChannelEvidence(
        EvidenceChannel.ERRORS,
        counts ? Math.max(0, evidence / settings.errorThreshold()) : 0,
        again ? 1 : state.errors.bestLength(),
        own,
        new Band(
            sample.errors() / count,
            rate,
            0,
            Math.min(1, rate + BAND * Math.sqrt(rate * (1 - rate) / count))),
        Direction.UP);
  }

  private static Band p95(SeriesState state, SeriesInput input) {
    WindowSample sample = input.sample();
    double observed = sample.hasDurations() ? sample.p95Micros() : Double.NaN;
    if (!state.features.isLatencyKnown()) {
      return Band.unknown(observed);
    }
    double common = state.common[Features.P95];
    return new Band(
        observed,
        Math.exp(state.features.logP95At(common)),
        Math.exp(state.features.logP95At(common - BAND)),
        Math.exp(state.features.logP95At(common + BAND)));
  }

  /** Latency is divided between its features by their residuals above 0. */
  private static List<Contribution> contributions(
      SeriesState state, EvidenceChannel channel, double evidence) {
    if (channel != EvidenceChannel.LATENCY) {
      Feature feature = channel == EvidenceChannel.ERRORS ? Feature.ERRORS : Feature.COUNT;
      return List.of(new Contribution(feature, evidence));
    }
    double sum = 0;
    for (int i = 0; i < Features.LATENCIES; i++) {
      sum += Math.max(0, state.residual(i));
    }
    List<Contribution> parts = new ArrayList<>(Features.LATENCIES);
    for (int i = 0; i < Features.LATENCIES; i++) {
      double share = sum > 0 ? Math.max(0, state.residual(i)) / sum : 1.0 / Features.LATENCIES;
      parts.add(new Contribution(LATENCY_FEATURES[i], share * evidence));
    }
    return parts;
  }
}
