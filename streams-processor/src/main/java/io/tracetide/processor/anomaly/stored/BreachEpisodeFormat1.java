package io.tracetide.processor.anomaly.stored;

import io.tracetide.processor.anomaly.BreachEpisode;
import io.tracetide.processor.anomaly.BreachEpisode.Offender;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import java.util.ArrayList;
import java.util.List;

/** Reads episodes of breaches as builds before the Avro format stored them. */
final class BreachEpisodeFormat1 {
  static final int FORMAT = 1;

  private BreachEpisodeFormat1() {}

  static BreachEpisode read(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.number();
    if (!(EpisodeCodec.decode(in.bytes()) instanceof Episode.Open open)) {
      throw new IllegalArgumentException("stored episode of breaches is not open");
    }
    String worst = in.text();
    double worstValue = in.real();
    List<Offender> newest = new ArrayList<>();
    for (int left = in.count(); left > 0; left--) {
      newest.add(new Offender(in.text(), in.fixed()));
    }
    return new BreachEpisode(open, worst, worstValue, newest, TraceFindingCodec.decode(in.bytes()));
  }
}
