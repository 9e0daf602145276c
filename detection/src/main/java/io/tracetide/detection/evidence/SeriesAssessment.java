package io.tracetide.detection.evidence;

import java.util.List;

/**
 * What the detector finds in one window of a series.
 *
 * @param series name of the series
 * @param evidence the largest ratio of the channels; above 1 the window is anomalous
 * @param channels evidence of each channel, in the order of {@link EvidenceChannel}
 * @param channel channel with the largest ratio
 * @param contributions parts of the evidence; they sum to it
 * @param p95 95th percentile of the durations in microseconds
 * @param warmUp share of the warm-up that is done, 0 to 1
 */
public record SeriesAssessment(
    String series,
    double evidence,
    List<ChannelEvidence> channels,
    EvidenceChannel channel,
    List<Contribution> contributions,
    Band p95,
    double warmUp) {

  public SeriesAssessment {
    channels = List.copyOf(channels);
    contributions = List.copyOf(contributions);
  }

  /**
   * Whether the history is still short. Until then a window is compared with a wide band, which
   * begins in the 20th window.
   */
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
