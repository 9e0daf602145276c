package io.tracetide.detection.evidence;

import java.util.List;
import java.util.Optional;

/**
 * What the detector finds in one window of a series.
 *
 * @param series name of the series
 * @param evidence the largest ratio of the channels; above 1 in two of three windows opens an
 *     episode; 0 while the series is warming up
 * @param channels evidence of each channel, in the order of {@link EvidenceChannel}
 * @param channel channel with the largest ratio
 * @param contributions parts of the evidence; they sum to it
 * @param warmUp share of the warm-up that is done, 0 to 1
 * @param episode the open episode, or the one that closed in this window
 */
public record SeriesAssessment(
    String series,
    double evidence,
    List<ChannelEvidence> channels,
    EvidenceChannel channel,
    List<Contribution> contributions,
    double warmUp,
    Optional<EvidenceEpisode> episode) {

  public SeriesAssessment {
    channels = List.copyOf(channels);
    contributions = List.copyOf(contributions);
  }

  /** Whether the history is still too short for evidence. Bands are available earlier. */
  public boolean isWarmingUp() {
    return warmUp < 1;
  }

  /** Evidence of the channel with the largest ratio: observed value, band, direction, since. */
  public ChannelEvidence largest() {
    return of(channel);
  }

  /** Evidence of a channel. */
  public ChannelEvidence of(EvidenceChannel wanted) {
    for (ChannelEvidence one : channels) {
      if (one.channel() == wanted) {
        return one;
      }
    }
    throw new IllegalStateException("there is no evidence of " + wanted);
  }
}
