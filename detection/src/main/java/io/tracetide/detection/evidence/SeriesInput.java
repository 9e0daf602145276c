package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What changes the state of a series in one window: its sample, and what was derived from all
 * series of the tenant. The same inputs in the same order give the same state.
 *
 * @param window number of the window
 * @param ordinal number of windows of the series so far, with this one
 * @param load load of the tenant, see {@link TenantLoad}
 * @param common part of the z of each feature that is common to the tenant
 * @param predicted z of the throughput that similar series predict; NaN without similar series
 * @param learn whether the window becomes part of what is usual
 */
@SuppressWarnings("ArrayRecordComponent") // Inputs are never compared.
record SeriesInput(
    long window,
    long ordinal,
    WindowSample sample,
    double load,
    double[] common,
    double predicted,
    boolean learn) {

  void write(DataOutput out) throws IOException {
    out.writeLong(window);
    out.writeLong(ordinal);
    out.writeLong(sample.count());
    out.writeDouble(sample.traffic());
    out.writeLong(sample.errors());
    out.writeDouble(sample.p10Micros());
    out.writeDouble(sample.p50Micros());
    out.writeDouble(sample.p90Micros());
    out.writeDouble(sample.p95Micros());
    out.writeDouble(sample.meanLogMicros());
    out.writeDouble(load);
    for (double value : common) {
      out.writeDouble(value);
    }
    out.writeDouble(predicted);
    out.writeBoolean(learn);
  }

  static SeriesInput read(DataInput in) throws IOException {
    long window = in.readLong();
    long ordinal = in.readLong();
    WindowSample sample =
        new WindowSample(
            in.readLong(),
            in.readDouble(),
            in.readLong(),
            in.readDouble(),
            in.readDouble(),
            in.readDouble(),
            in.readDouble(),
            in.readDouble());
    double load = in.readDouble();
    double[] common = new double[Features.SIZE];
    for (int i = 0; i < common.length; i++) {
      common[i] = in.readDouble();
    }
    return new SeriesInput(
        window, ordinal, sample, load, common, in.readDouble(), in.readBoolean());
  }
}
