package io.tracetide.detection.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpisodeTrackerTest {

  private static List<EvidenceEpisode> closed(double... evidence) {
    EpisodeTracker tracker = new EpisodeTracker();
    List<EvidenceEpisode> episodes = new ArrayList<>();
    for (int i = 0; i < evidence.length; i++) {
      ChannelEvidence largest =
          new ChannelEvidence(EvidenceChannel.LATENCY, evidence[i], 1, 0, 0, 0, Direction.UP);
      tracker.add(i, evidence[i], largest).filter(e -> !e.open()).ifPresent(episodes::add);
    }
    return episodes;
  }

  @Test
  void shouldIgnoreASingleWindow() {
    assertThat(closed(0, 9, 0, 0, 9, 0, 0, 0, 0)).isEmpty();
  }

  @Test
  void shouldOpenInTheSecondWindowOfThreeAndKeepThePeak() {
    assertThat(closed(0, 2, 0, 3, 5, 0, 0, 0, 0, 0))
        .containsExactly(
            new EvidenceEpisode(3, 5, 5, EvidenceChannel.LATENCY, Direction.UP, false));
  }

  @Test
  void shouldStayOneEpisodeOverAShortPause() {
    assertThat(closed(2, 2, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0)).hasSize(1);
  }

  @Test
  void shouldNotCountEvidenceOfExactlyOne() {
    assertThat(closed(1, 1, 1, 1, 0, 0, 0, 0)).isEmpty();
  }
}
