package io.tracetide.processor.ledger.trace;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;

/** Breaches among other facts. Enums go by their names, so that their order may change. */
public final class BreachCodec {

  private BreachCodec() {}

  public static void write(Breach breach, FactWriter out) {
    out.name(breach.detector())
        .name(breach.kind())
        .text(breach.rule())
        .name(breach.severity())
        .reals(breach.observed())
        .reals(breach.expected())
        .text(breach.summary());
  }

  public static Breach read(FactReader in) {
    return new Breach(
        in.name(Detector.class),
        in.name(AnomalyKind.class),
        in.text(),
        in.name(Severity.class),
        in.reals(),
        in.reals(),
        in.text());
  }
}
