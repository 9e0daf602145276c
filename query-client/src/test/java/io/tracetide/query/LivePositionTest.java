package io.tracetide.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.query.LivePosition.Relation;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LivePositionTest {
  private final LivePosition position = new LivePosition();

  @Test
  void shouldBeginWithASnapshotOnly() {
    assertThat(position.resume()).isNull();
    assertThat(position.relation("s", 4, 0, false)).isEqualTo(Relation.GAP);
    assertThat(position.relation("s", 4, 0, true)).isEqualTo(Relation.NEXT);
  }

  @Test
  void shouldTellRepeatedAndMissingUpdatesFromTheNext() {
    position.delivered("s", 4);

    assertThat(position.resume()).isEqualTo("s:4");
    assertThat(position.relation("s", 4, 0, false)).isEqualTo(Relation.REPEATED);
    assertThat(position.relation("s", 5, 0, false)).isEqualTo(Relation.NEXT);
    assertThat(position.relation("s", 9, 4, false)).isEqualTo(Relation.NEXT);
    assertThat(position.relation("s", 9, 3, false)).isEqualTo(Relation.GAP);
    assertThat(position.relation("other", 5, 0, false)).isEqualTo(Relation.GAP);
    position.forget();
    assertThat(position.resume()).isNull();
  }

  @Test
  void shouldPauseLongerAfterEachFailureUpToALimit() {
    ReconnectPause backoff =
        new ReconnectPause(Duration.ofMillis(500), Duration.ofSeconds(30), new Random(1));

    for (int i = 0; i < 40; i++) {
      long whole = Math.min(30_000, 500L << Math.min(i, 10));
      assertThat(backoff.next().toMillis()).isBetween(whole / 2, whole);
    }
    backoff.reset();
    assertThat(backoff.next().toMillis()).isBetween(250L, 500L);
  }
}
