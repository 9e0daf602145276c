package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.Tally;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.api.java.tuple.Tuple3;

/** Counts spans in arrival order. */
final class CountWork implements AggregateFunction<Tuple3<String, Long, Boolean>, Tally, Tally> {

  private static final long serialVersionUID = 1;

  @Override
  public Tally createAccumulator() {
    return new Tally();
  }

  @Override
  public Tally add(Tuple3<String, Long, Boolean> work, Tally tally) {
    return tally.add((double) work.f1, work.f2);
  }

  @Override
  public Tally getResult(Tally tally) {
    return tally;
  }

  @Override
  public Tally merge(Tally a, Tally b) {
    return a.merge(b);
  }
}
