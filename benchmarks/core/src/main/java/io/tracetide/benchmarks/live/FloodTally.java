package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.truth.Answer;
import io.tracetide.benchmarks.truth.Answers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What was published about the flooding service, apart from all others. */
public final class FloodTally {

  private final Map<String, Long> counts = new HashMap<>();
  private final Set<String> operations = new HashSet<>();

  /** Takes what is about the flooding service, and hands everything else on. */
  public void put(Answer answer, Answers others) {
    if (!answer.service().equals(Flood.SERVICE)) {
      others.put(answer);
      return;
    }
    operations.add(answer.operation());
    // A later answer about the same window replaces the earlier.
    counts.put(answer.operation() + '@' + answer.startMs(), answer.count());
  }

  /** Work of it that was counted, under whatever name. */
  public long counted() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Operations that it was counted under. */
  public int operations() {
    return operations.size();
  }
}
