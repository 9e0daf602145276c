package io.tracetide.benchmarks.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one value, one merge and one serialization cost, for sketches of n values. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
public class SketchBenchmark {

  private static final int MERGES = 64;

  @Param PeerSketch.Kind sketch;

  @Param({"1", "20", "2000"})
  int n;

  private double[] values;
  private PeerSketch full;
  private byte[] bytes;
  private PeerSketch filling;
  private int filled;
  private PeerSketch merging;
  private int merged;

  @Setup
  public void fill() {
    values = Latencies.draw(n, 1);
    full = sketch.make();
    for (double value : values) {
      full.add(value);
    }
    bytes = full.toBytes();
    filling = sketch.make();
    merging = sketch.make();
  }

  /** One value; every n values into a new sketch, whose making is part of it. */
  @Benchmark
  public PeerSketch update() {
    if (filled == n) {
      filling = sketch.make();
      filled = 0;
    }
    filling.add(values[filled++]);
    return filling;
  }

  /** One sketch of n values into another; a new one after 64. */
  @Benchmark
  public PeerSketch merge() {
    if (merged++ == MERGES) {
      merging = sketch.make();
      merged = 1;
    }
    merging.merge(full);
    return merging;
  }

  /** The bytes of a sketch. */
  @Benchmark
  public byte[] serialize() {
    return full.toBytes();
  }

  /** The bytes of a sketch into another sketch, as a receiver of partial counts does. */
  @Benchmark
  public PeerSketch deserializeAndMerge() {
    if (merged++ == MERGES) {
      merging = sketch.make();
      merged = 1;
    }
    merging.merge(sketch.read(bytes));
    return merging;
  }
}
