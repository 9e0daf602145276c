package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.BytePattern;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells plain finished work that has to be judged from the rest. Used by one thread.
 *
 * <p>What the judge says of an operation is remembered under its 64-bit name, in a table of fixed
 * size in which the newest takes the place of the one before it: with more operations than places
 * the judge is asked more often. A look-up makes no object.
 */
final class FastPathFilter {

  private static final int PLACES = 4_096;

  private final TraceJudge judge;
  private final boolean looked;
  private final long[] names = new long[PLACES];
  private final @Nullable Wanted[] wanted = new Wanted[PLACES];
  private final Map<JudgeInterest, Wanted> prepared = new HashMap<>();

  /** A concern made ready to be held against records. */
  private record Wanted(JudgeInterest interest, List<BytePattern> texts) {

    static Wanted of(JudgeInterest interest) {
      return new Wanted(
          interest,
          interest.naming().stream().map(text -> new BytePattern(text.getBytes(UTF_8))).toList());
    }

    boolean has(TraceView event) {
      if (interest.all() || event.durationMicros() > interest.longerThanMicros()) {
        return true;
      }
      for (int i = 0; i < texts.size(); i++) {
        BytePattern text = texts.get(i);
        if (text.isIn(event.bytes(), event.recordStart(), event.recordLength())) {
          return true;
        }
      }
      return false;
    }
  }

  FastPathFilter(TraceJudge judge) {
    this.judge = judge;
    this.looked = judge != TraceJudge.LENIENT && judge.judgesOrdinarySpans();
  }

  /** Whether finished work, of which nothing else is known, has to be judged. */
  boolean needsJudging(TraceView event) {
    return looked && ofOperation(event).has(event);
  }

  private Wanted ofOperation(TraceView event) {
    long name = event.operationHash();
    int place = TraceHash.place(name, PLACES);
    Wanted known = wanted[place];
    if (known == null || names[place] != name) {
      known =
          prepared.computeIfAbsent(
              judge.interest(event.tenant(), event.service(), event.operation()), Wanted::of);
      names[place] = name;
      wanted[place] = known;
    }
    return known;
  }
}
