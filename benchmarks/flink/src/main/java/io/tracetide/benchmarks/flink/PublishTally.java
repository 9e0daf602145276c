package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.Tally;
import io.tracetide.benchmarks.tally.TallyCodec;
import io.tracetide.benchmarks.tally.TallyKey;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.functions.windowing.WindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/** A closed window as key and value of a record. */
final class PublishTally
    implements WindowFunction<Tally, Tuple2<byte[], byte[]>, String, TimeWindow> {

  private static final long serialVersionUID = 1;

  @Override
  public void apply(
      String series,
      TimeWindow window,
      Iterable<Tally> tallies,
      Collector<Tuple2<byte[], byte[]>> out) {
    for (Tally tally : tallies) {
      out.collect(Tuple2.of(TallyKey.encode(series, window.getStart()), TallyCodec.encode(tally)));
    }
  }
}
