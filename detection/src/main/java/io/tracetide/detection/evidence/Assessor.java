package io.tracetide.detection.evidence;

import io.tracetide.detection.evidence.Contribution.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the residuals of a series into evidence, bands and an explanation. */
final class Assessor {
  /** Half the width of a band in scales. */
  private static final double BAND = 3;

  private static final Feature[] LATENCY_FEATURES = {
    Feature.P50, Feature.P90, Feature.P95, Feature.MEAN_LOG
  };

  private final EvidenceSettings settings;

  Assessor(EvidenceSettings settings) {
    this.settings = settings;
  }

  SeriesAssessment assess(
      SeriesState state,
      List<SeriesState> series,
      WindowSample sample,
      long window,
      boolean learn,
      double[] scratch) {
    ChannelEvidence latency = latency(state, sample, learn, scratch);
    ChannelEvidence throughput = throughput(state, series, sample, learn, scratch);
    ChannelEvidence errors = errors(state, sample, learn);
    boolean warm = state.windows > settings.warmUpWindows();
    ChannelEvidence largest = latency;
    if (throughput.ratio() > largest.ratio()) {
      largest = throughput;
    }
    if (errors.ratio() > largest.ratio()) {
      largest = errors;
    }
    double evidence = warm ? largest.ratio() : 0;
    Optional<EvidenceEpisode> episode = state.episodes.add(window, evidence, largest);
    return new SeriesAssessment(
        state.name,
        evidence,
        List.of(latency, throughput, errors),
        largest.channel(),
        contributions(state, largest.channel(), evidence),
        warm ? 1 : (double) (state.windows - 1) / settings.warmUpWindows(),
        episode);
  }

  private ChannelEvidence latency(
      SeriesState state, WindowSample sample, boolean learn, double[] scratch) {
    double mean = 0;
    for (int i = 0; i < Features.LATENCIES; i++) {
      mean += state.residuals[i];
    }
    mean /= Features.LATENCIES;
    double evidence = state.latency.add(mean, 1);
    double ratio = evidence / state.latencyTail.scale() / settings.latencyThreshold();
    if (learn) {
      state.latency.learn(scratch);
      state.latencyTail.add(evidence, scratch);
    }
    double observed = sample.count() > 0 ? Math.exp(sample.meanLogMicros()) : Double.NaN;
    if (!state.features.isLatencyKnown()) {
      return ChannelEvidence.none(EvidenceChannel.LATENCY, observed);
    }
    double common = state.z[Features.MEAN_LOG] - state.residuals[Features.MEAN_LOG];
    return new ChannelEvidence(
        EvidenceChannel.LATENCY,
        sample.count() > 0 ? Math.max(0, ratio) : 0,
        state.latency.bestLength(),
        observed,
        Math.exp(state.features.meanLogAt(common - BAND)),
        Math.exp(state.features.meanLogAt(common + BAND)),
        Direction.UP);
  }

  private ChannelEvidence throughput(
      SeriesState state,
      List<SeriesState> series,
      WindowSample sample,
      boolean learn,
      double[] scratch) {
    double own = state.throughput.add(state.residuals[Features.COUNT], -1);
    double common = state.z[Features.COUNT] - state.residuals[Features.COUNT];
    int length = state.throughput.bestLength();
    double evidence = own;
    if (state.peers.isKnown()) {
      double predicted = state.peers.predict(series);
      double against = state.peerThroughput.add(state.z[Features.COUNT] - predicted, -1);
      double comparable = against * settings.throughputThreshold() / settings.peerThreshold();
      if (learn) {
        state.peerThroughput.learn(scratch);
      }
      if (comparable > evidence) {
        evidence = comparable;
        common = predicted;
        length = state.peerThroughput.bestLength();
      }
    }
    double ratio = evidence / state.throughputTail.scale() / settings.throughputThreshold();
    if (learn) {
      state.throughput.learn(scratch);
      state.throughputTail.add(evidence, scratch);
    }
    if (!state.features.isKnown()) {
      return ChannelEvidence.none(EvidenceChannel.THROUGHPUT, (double) sample.count());
    }
    return new ChannelEvidence(
        EvidenceChannel.THROUGHPUT,
        Math.max(0, ratio),
        length,
        sample.count(),
        state.features.countAt(common - BAND),
        state.features.countAt(common + BAND),
        Direction.DOWN);
  }

  private ChannelEvidence errors(SeriesState state, WindowSample sample, boolean learn) {
    double rate = state.errors.rate();
    double evidence = state.errors.add(sample.count(), sample.errors(), learn);
    double count = Math.max(1, sample.count());
    return new ChannelEvidence(
        EvidenceChannel.ERRORS,
        sample.errors() > 0 ? Math.max(0, evidence / settings.errorThreshold()) : 0,
        state.errors.bestLength(),
        sample.count() > 0 ? sample.errors() / count : Double.NaN,
        0,
        Math.min(1, rate + BAND * Math.sqrt(rate * (1 - rate) / count)),
        Direction.UP);
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
      sum += Math.max(0, state.residuals[i]);
    }
    List<Contribution> parts = new ArrayList<>(Features.LATENCIES);
    for (int i = 0; i < Features.LATENCIES; i++) {
      double share = sum > 0 ? Math.max(0, state.residuals[i]) / sum : 1.0 / Features.LATENCIES;
      parts.add(new Contribution(LATENCY_FEATURES[i], share * evidence));
    }
    return parts;
  }
}
