package io.tracetide.detection.evidence;

import io.tracetide.detection.calibration.RecentEvidence;
import io.tracetide.detection.daily.DailyDeviations;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** What is known of one series: about 22 KiB, and half a KiB that is not saved with it. */
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

  /** Residuals of slower durations, and of fewer spans. */
  final DailyDeviations dailyLatency = new DailyDeviations();

  final DailyDeviations dailyThroughput = new DailyDeviations();

  /** By channel, in the order of {@link EvidenceChannel}. */
  final RecentEvidence[] recent = {
    new RecentEvidence(), new RecentEvidence(), new RecentEvidence()
  };

  final SimilarSeries peers = new SimilarSeries();
  final AssessedWindows assessed = new AssessedWindows();

  /** Loadings on the factors of the tenant, by factor, then by feature. */
  final double[][] loadings = new double[TenantFactors.COUNT][Features.SIZE];

  /** Windows since the first one. */
  long windows;

  /** Consecutive windows without spans. */
  int silent;

  /** Number of the latest window. */
  long lastWindow = Long.MIN_VALUE;

  /** Number of the window with which the state was last saved as a whole. */
  long savedWindow = Long.MIN_VALUE;

  /** Of the latest window: z of the features, and the part of it that is common to the tenant. */
  final double[] z = new double[Features.SIZE];

  final double[] common = new double[Features.SIZE];

  SeriesState(String name) {
    this.name = name;
  }

  /** Begins a window: sets its z. */
  void begin(long window, WindowSample sample, double load) {
    features.measure(sample, load, z);
    Arrays.fill(common, 0);
    if (lastWindow != Long.MIN_VALUE) {
      long oldest = Math.max(lastWindow + 1, window - DeviationHistory.WINDOWS);
      for (long missing = oldest; missing < window; missing++) {
        deviations.clear(missing);
      }
    }
    silent = sample.count() == 0 ? silent + 1 : 0;
    windows++;
    lastWindow = window;
  }

  /** Makes the latest window part of what is usual. */
  void learn(double[] scratch) {
    features.learn(scratch);
    deviations.set(lastWindow, z);
  }

  /** Leaves the latest window out of what is usual. */
  void skip() {
    deviations.clear(lastWindow);
  }

  double residual(int feature) {
    return z[feature] - common[feature];
  }

  void clearLoadings() {
    for (double[] factor : loadings) {
      Arrays.fill(factor, 0);
    }
  }

  void write(DataOutput out) throws IOException {
    features.write(out);
    deviations.write(out);
    latency.write(out);
    throughput.write(out);
    peerThroughput.write(out);
    latencyTail.write(out);
    throughputTail.write(out);
    errors.write(out);
    out.writeLong(windows);
    out.writeInt(silent);
    out.writeLong(lastWindow);
    for (RecentEvidence channel : recent) {
      channel.write(out);
    }
    dailyLatency.write(out);
    dailyThroughput.write(out);
    dailyLatency.writeWeeks(out);
    dailyThroughput.writeWeeks(out);
  }

  void read(DataInputStream in) throws IOException {
    features.read(in);
    deviations.read(in);
    latency.read(in);
    throughput.read(in);
    peerThroughput.read(in);
    latencyTail.read(in);
    throughputTail.read(in);
    errors.read(in);
    windows = in.readLong();
    silent = in.readInt();
    lastWindow = in.readLong();
    if (in.available() > 0) { // States of builds without calibration end here.
      for (RecentEvidence channel : recent) {
        channel.read(in);
      }
    }
    if (in.available() > 0) { // States of builds without daily deviations end here.
      dailyLatency.read(in);
      dailyThroughput.read(in);
    }
    if (in.available() > 0) { // States of builds without weeks end here.
      dailyLatency.readWeeks(in);
      dailyThroughput.readWeeks(in);
    }
  }

  /** Writes what depends on other series and is chosen anew at a fit. */
  void writeShared(DataOutput out) throws IOException {
    peers.write(out);
    for (double[] factor : loadings) {
      for (double loading : factor) {
        out.writeDouble(loading);
      }
    }
  }

  void readShared(DataInput in, Map<String, SeriesState> series) throws IOException {
    peers.read(in, series);
    for (double[] factor : loadings) {
      for (int i = 0; i < factor.length; i++) {
        factor[i] = in.readDouble();
      }
    }
  }
}
