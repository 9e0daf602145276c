package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.processor.bytes.BytePattern;
import io.tracetide.processor.bytes.TraceHash;
import io.tracetide.processor.event.TraceView;
import io.tracetide.processor.ledger.trace.JudgeInterest;
import io.tracetide.processor.ledger.trace.TraceJudge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides which ordinary finished spans have to be judged. Used by one thread.
 *
 * <p>The judge's interest in an operation is cached by the operation's 64-bit hash, in a table of
 * fixed size in which a new entry replaces the one in its slot: with more operations than slots the
 * judge is called more often. A look-up does not allocate.
 */
final class FastPathFilter {

  private static final int SLOTS = 4_096;

  private final TraceJudge judge;
  private final boolean enabled;
  private final long[] hashes = new long[SLOTS];
  private final @Nullable Wanted[] wanted = new Wanted[SLOTS];
  private final Map<JudgeInterest, Wanted> prepared = new HashMap<>();

  /** A compiled {@link JudgeInterest}. */
  private record Wanted(JudgeInterest interest, List<BytePattern> texts) {

    static Wanted of(JudgeInterest interest) {
      return new Wanted(
          interest,
          interest.naming().stream().map(text -> new BytePattern(text.getBytes(UTF_8))).toList());
    }

    boolean matches(TraceView event) {
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
    this.enabled = judge != TraceJudge.LENIENT && judge.judgesOrdinarySpans();
  }

  /** Whether a finished span of a trace without other known events has to be judged. */
  boolean needsJudging(TraceView event) {
    return enabled && ofOperation(event).matches(event);
  }

  private Wanted ofOperation(TraceView event) {
    long hash = event.operationHash();
    int slot = TraceHash.place(hash, SLOTS);
    Wanted known = wanted[slot];
    if (known == null || hashes[slot] != hash) {
      known =
          prepared.computeIfAbsent(
              judge.interest(event.tenant(), event.service(), event.operation()), Wanted::of);
      hashes[slot] = hash;
      wanted[slot] = known;
    }
    return known;
  }
}
