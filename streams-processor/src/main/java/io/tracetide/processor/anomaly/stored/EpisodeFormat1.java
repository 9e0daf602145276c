package io.tracetide.processor.anomaly.stored;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.anomaly.WindowMarks;
import io.tracetide.processor.bytes.FactReader;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Severity;

/**
 * Reads episodes of the oldest format. It had neither the latest windows nor their values, so no
 * window of such an episode can be evaluated again, and its peak is not known.
 */
final class EpisodeFormat1 {
  static final int FORMAT = 1;
  private static final int PENDING = 1;
  private static final int OPEN = 2;

  private EpisodeFormat1() {}

  static Episode read(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.number();
    long state = in.number();
    if (state == PENDING) {
      return new Episode.Pending(
          new WindowMarks(in.integer(), 0, WindowMarks.UNKNOWN),
          Episode.Pending.NEVER,
          AnomalyKind.UNKNOWN,
          Episode.Height.NONE);
    }
    if (state != OPEN) {
      throw new IllegalArgumentException("stored episode has unknown state " + state);
    }
    AnomalyKind kind = in.name(AnomalyKind.class);
    Severity severity = in.name(Severity.class);
    long openedAtMs = in.fixed();
    return new Episode.Open(
        kind,
        openedAtMs,
        new Episode.Height(severity, in.real(), in.real(), in.real(), Snapshot.NONE),
        in.integer(),
        in.integer(),
        in.integer(),
        new WindowMarks(0, 0, WindowMarks.UNKNOWN));
  }
}
