package io.tracetide.processor.detection.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.window.SeriesId;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectionProgressTest {

  private final DetectionProgress progress = new DetectionProgress();

  @Test
  void shouldMergeTheNodesOfAPartitionUntilTheyClose() {
    DetectionProgress.Node evidence = progress.node(3, "evidence");
    DetectionProgress.Node gauges = progress.node(3, "gauges");

    evidence.update(1_000, () -> known(20));
    gauges.update(1_000, () -> known(30));
    assertThat(progress.of(3).series()).extracting(SeriesProgress::windows).contains(20L, 30L);
    assertThat(progress.of(2).series()).isEmpty();

    evidence.close();
    assertThat(progress.of(3).series()).extracting(SeriesProgress::windows).containsExactly(30L);
    gauges.close();
    assertThat(progress.of(3)).isEqualTo(PartitionProgress.NONE);
  }

  @Test
  void shouldBeUpdatedOnceASecond() {
    DetectionProgress.Node node = progress.node(0, "evidence");

    node.update(1_000, () -> known(1));
    node.update(1_999, () -> known(2));
    assertThat(progress.of(0).series()).extracting(SeriesProgress::windows).containsExactly(1L);
    node.update(2_000, () -> known(3));
    assertThat(progress.of(0).series()).extracting(SeriesProgress::windows).containsExactly(3L);
  }

  /** A task without windows is closed, too. */
  @Test
  void shouldCloseANodeWithoutProgress() {
    progress.node(5, "evidence").close();

    assertThat(progress.of(5)).isEqualTo(PartitionProgress.NONE);
  }

  @Test
  void shouldTellHowFarTheWarmUpIs() {
    assertThat(series(19).state()).isEqualTo(SeriesProgress.State.LEARNING);
    assertThat(series(20).state()).isEqualTo(SeriesProgress.State.WARMING_UP);
    assertThat(series(239).remaining()).isEqualTo(1);
    assertThat(series(900).state()).isEqualTo(SeriesProgress.State.READY);
    assertThat(series(900).remaining()).isZero();
  }

  private static PartitionProgress known(long windows) {
    return new PartitionProgress(List.of(series(windows)), List.of());
  }

  private static SeriesProgress series(long windows) {
    return new SeriesProgress(
        SeriesId.ofOperation("acme", "shop", "pay"), "evidence", 10_000, windows, 20, 240);
  }
}
