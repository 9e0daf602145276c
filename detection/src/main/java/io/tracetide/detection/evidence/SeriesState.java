package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What is known of one series: about 21 KiB. */
final class SeriesState {
  /** Scales of residuals are at least this many z. */
  private static final double FLOOR = 0.1;

  final String name;
  final Features features = new Features();
  final DeviationHistory deviations = new DeviationHistory();
  final SequentialSums latency = new SequentialSums(FLOOR);
  final SequentialSums throughput = new SequentialSums(FLOOR);
  final SequentialSums peerThroughput = new SequentialSums(FLOOR);
  final TailScale latencyTail = new TailScale();
  final TailScale throughputTail = new TailScale();
  final ErrorEvidence errors = new ErrorEvidence();
  final EpisodeTracker episodes = new EpisodeTracker();
  final SimilarSeries peers = new SimilarSeries();

  /** Loadings on the factors of the tenant, by factor, then by feature. */
  final double[][] loadings = new double[TenantFactors.COUNT][Features.SIZE];

  /** Windows since the first one. */
  long windows;

  /** Consecutive windows without spans. */
  int silent;

  /** Of the latest window: z of the features, and what is not common to the tenant. */
  final double[] z = new double[Features.SIZE];

  final double[] residuals = new double[Features.SIZE];

  SeriesState(String name) {
    this.name = name;
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(name);
    features.write(out);
    deviations.write(out);
    latency.write(out);
    throughput.write(out);
    peerThroughput.write(out);
    latencyTail.write(out);
    throughputTail.write(out);
    errors.write(out);
    episodes.write(out);
    peers.write(out);
    for (double[] factor : loadings) {
      for (double loading : factor) {
        out.writeDouble(loading);
      }
    }
    out.writeLong(windows);
    out.writeInt(silent);
  }

  static SeriesState read(DataInput in) throws IOException {
    SeriesState state = new SeriesState(in.readUTF());
    state.features.read(in);
    state.deviations.read(in);
    state.latency.read(in);
    state.throughput.read(in);
    state.peerThroughput.read(in);
    state.latencyTail.read(in);
    state.throughputTail.read(in);
    state.errors.read(in);
    state.episodes.read(in);
    state.peers.read(in);
    for (double[] factor : state.loadings) {
      for (int i = 0; i < factor.length; i++) {
        factor[i] = in.readDouble();
      }
    }
    state.windows = in.readLong();
    state.silent = in.readInt();
    return state;
  }
}
