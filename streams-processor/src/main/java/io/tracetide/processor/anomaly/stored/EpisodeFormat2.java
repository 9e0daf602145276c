package io.tracetide.processor.anomaly.stored;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.anomaly.WindowMarks;
import io.tracetide.processor.bytes.FactReader;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import org.jspecify.annotations.Nullable;

/** Reads episodes as builds before the Avro format stored them. */
final class EpisodeFormat2 {
  static final int FORMAT = 2;
  private static final int PENDING = 1;
  private static final int OPEN = 2;

  private EpisodeFormat2() {}

  static Episode read(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.number();
    long state = in.number();
    if (state == PENDING) {
      return new Episode.Pending(marks(in), in.fixed(), in.name(AnomalyKind.class), height(in));
    }
    if (state != OPEN) {
      throw new IllegalArgumentException("stored episode has unknown state " + state);
    }
    return new Episode.Open(
        in.name(AnomalyKind.class),
        in.fixed(),
        height(in),
        in.integer(),
        in.integer(),
        in.integer(),
        marks(in));
  }

  private static WindowMarks marks(FactReader in) {
    return new WindowMarks(in.fixed(), in.fixed(), in.fixed());
  }

  private static Episode.Height height(FactReader in) {
    return new Episode.Height(
        in.name(Severity.class),
        in.real(),
        in.real(),
        in.real(),
        in.flag() ? snapshot(in) : Snapshot.NONE);
  }

  private static Snapshot snapshot(FactReader in) {
    return new Snapshot(
        in.fixed(),
        in.fixed(),
        in.reals(),
        in.reals(),
        in.reals(),
        new Exemplars(optional(in), optional(in), optional(in)));
  }

  private static @Nullable String optional(FactReader in) {
    return in.flag() ? in.text() : null;
  }
}
