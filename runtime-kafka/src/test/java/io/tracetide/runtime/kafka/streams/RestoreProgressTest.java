package io.tracetide.runtime.kafka.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.SuppliedClock;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoreProgressTest {
  private static final TopicPartition ONE = new TopicPartition("windows-10s-changelog", 0);
  private static final TopicPartition TWO = new TopicPartition("windows-10s-changelog", 1);

  private Instant now = Instant.parse("2026-03-01T10:00:00Z");
  private final RestoreProgress progress = new RestoreProgress(new SuppliedClock(() -> now));

  @Test
  void shouldReportTheProgressOfRestoring() {
    assertThat(progress.sentence()).isEmpty();
    progress.onRestoreStart(ONE, "windows-10s", 0, 1_000);
    progress.onRestoreStart(TWO, "windows-10s", 500, 1_000);
    progress.onBatchRestored(ONE, "windows-10s", 400, 400);
    assertThat(progress.sentence())
        .isEqualTo(" Restoring 2 store partitions: 400 of about 1500 records read.");
    progress.onRestoreEnd(ONE, "windows-10s", 1_000);
    progress.onRestoreSuspended(TWO, "windows-10s", 10);
    assertThat(progress.sentence()).isEmpty();
  }

  @Test
  void shouldReportWhereRestoringIsBlocked() {
    progress.onRestoreStart(ONE, "windows-10s", 0, 1_000);
    progress.onRestoreStart(TWO, "windows-10s", 500, 1_000);
    now = now.plusSeconds(59);
    assertThat(progress.standstill()).isEmpty();

    progress.onBatchRestored(ONE, "windows-10s", 399, 400);
    now = now.plusSeconds(59);
    assertThat(progress.standstill()).as("one partition moves").isEmpty();

    now = now.plusSeconds(1);
    assertThat(progress.standstill())
        .hasValueSatisfying(
            sentence ->
                assertThat(sentence)
                    .startsWith(
                        "restoring has read nothing for 60 s: windows-10s-changelog-0 at offset 400"
                            + " of 1000 (store windows-10s), windows-10s-changelog-1 at offset 500"
                            + " of 1000 (store windows-10s)")
                    .contains("kafka-transactions.sh find-hanging")
                    .doesNotContain("\n"));
  }

  @Test
  void shouldNotStandStillWhenNothingIsRestored() {
    progress.onRestoreStart(ONE, "windows-10s", 0, 1_000);
    progress.onRestoreEnd(ONE, "windows-10s", 1_000);
    now = now.plusSeconds(600);

    assertThat(progress.standstill()).isEmpty();
  }
}
