package io.tracetide.processor.workflow;

import io.tracetide.processor.ledger.trace.Breach;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reports events of the {@link Vocabulary} that have severity critical, without any contract. */
public final class CriticalEvents implements TraceJudge {

  @Override
  public boolean judgesOrdinarySpans() {
    return false;
  }

  @Override
  public JudgeInterest interest(String tenant, String service, String operation) {
    return JudgeInterest.NONE;
  }

  @Override
  public Verdict judge(TraceSnapshot trace, long nowMs) {
    int events = 0;
    @Nullable TraceStep newest = null;
    for (TraceStep step : trace.steps()) {
      if (Vocabulary.isCritical(step)) {
        events++;
        newest = step;
      }
    }
    if (newest == null) {
      return LENIENT.judge(trace, nowMs);
    }
    VerdictBuilder verdict = new VerdictBuilder();
    verdict.add(
        new Breach(
            Detector.LEDGER,
            AnomalyKind.CRITICAL_EVENT,
            "",
            Severity.CRITICAL,
            Map.of("critical_events", (double) events),
            Map.of("critical_events", 0.0),
            "%s %s in %s is critical"
                .formatted(
                    newest.kind().name().toLowerCase(Locale.ROOT),
                    newest.name(),
                    newest.service())));
    return verdict.verdict();
  }
}
