package io.tracetide.processor.ledger;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;

/** Breaches among other facts. Enums go by their names, so that their order may change. */
final class BreachCodec {

  private BreachCodec() {}

  static void write(Breach breach, FactWriter out) {
    out.name(breach.detector())
        .name(breach.kind())
        .text(breach.rule())
        .name(breach.severity())
        .reals(breach.observed())
        .reals(breach.expected())
        .text(breach.summary());
  }

  static Breach read(FactReader in) {
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
