package io.tracetide.benchmarks.live;

import io.tracetide.benchmarks.truth.Answer;
import io.tracetide.benchmarks.truth.Answers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The published results of the flooding service, separate from all others. */
public final class FloodTally {

  private final Map<String, Long> counts = new HashMap<>();
  private final Set<String> operations = new HashSet<>();

  /** Counts results of the flooding service and passes on all others. */
  public void put(Answer answer, Answers others) {
    if (!answer.service().equals(Flood.SERVICE)) {
      others.put(answer);
      return;
    }
    operations.add(answer.operation());
    // A later answer about the same window replaces the earlier.
    counts.put(answer.operation() + '@' + answer.startMs(), answer.count());
  }

  /** Counted events of the service, under any name. */
  public long counted() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Operations that it was counted under. */
  public int operations() {
    return operations.size();
  }
}
