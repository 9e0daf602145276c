package io.tracetide.processor.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.change.StateChange.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TaskChangesTest {
  private final LocalChanges local = new LocalChanges();
  private final TaskChanges task = local.ofAggregation(3);

  private static StateChange change(long startMs) {
    return new StateChange.OfWindow(new byte[0], startMs, 0, new byte[0]);
  }

  private List<Long> drained() {
    List<Long> starts = new ArrayList<>();
    local.drain(change -> starts.add(((StateChange.OfWindow) change).startMs()));
    return starts;
  }

  @Test
  void shouldPassChangesOnWhenTheTaskGoesOnAfterTheirCommit() {
    task.add(change(1));
    task.goesOn();
    assertThat(drained()).as("not committed").isEmpty();
    task.commits();
    task.add(change(2));
    assertThat(drained()).as("the commit may fail").isEmpty();
    task.goesOn();
    assertThat(drained()).containsExactly(1L);
    task.commits();
    task.goesOn();
    assertThat(drained()).containsExactly(2L);
  }

  @Test
  void shouldDiscardChangesOfAnAbortedCommit() {
    task.add(change(1));
    task.commits();
    task.add(change(2));
    task.discard();
    task.goesOn();
    task.commits();
    task.goesOn();
    assertThat(drained()).isEmpty();
  }

  @Test
  void shouldReportABreakInPlaceOfTooManyChanges() {
    byte[] counts = new byte[1 << 20];
    long before = local.breaks();
    for (int i = 0; i < 100; i++) {
      task.add(new StateChange.OfWindow(new byte[0], i, 0, counts));
    }
    task.commits();
    task.goesOn();
    assertThat(drained()).hasSizeBetween(30, 32);
    assertThat(local.breaks()).isEqualTo(before + 1);
    task.add(change(7));
    task.commits();
    task.goesOn();
    assertThat(drained()).containsExactly(7L);
  }

  @Test
  void shouldCollectOnlyWhatIsWanted() {
    assertThat(task.wants(Kind.WINDOWS)).isFalse();
    local.want(Set.of(Kind.WINDOWS));
    assertThat(task.wants(Kind.WINDOWS)).isTrue();
    assertThat(task.wants(Kind.TRACES)).isFalse();
    task.add(change(1));
    task.commits();
    task.goesOn();
    local.want(Set.of());
    assertThat(drained()).isEmpty();
  }
}
