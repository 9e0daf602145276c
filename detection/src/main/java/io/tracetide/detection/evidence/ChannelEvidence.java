package io.tracetide.detection.evidence;

import io.tracetide.detection.Direction;

/**
 * Evidence of one channel in one window.
 *
 * @param channel the channel
 * @param ratio evidence divided by the threshold of the channel, at least 0; above 1 it counts
 *     towards an episode
 * @param windows number of latest windows, with this one, whose sum gives the largest evidence; the
 *     deviation began about that long ago
 * @param own deviation of this window alone, in scales; positive in the direction of the evidence
 * @param band value in this window and the expected one, in the unit of the channel
 * @param direction direction of the evidence
 */
public record ChannelEvidence(
    EvidenceChannel channel,
    double ratio,
    int windows,
    double own,
    Band band,
    Direction direction) {

  /** Scales by which a window deviates itself. */
  private static final double DEVIATES = 1;

  /** Whether the window itself deviates: sums over windows are still large after a fault. */
  public boolean deviates() {
    return own > DEVIATES;
  }

  static ChannelEvidence none(EvidenceChannel channel, double observed) {
    return new ChannelEvidence(channel, 0, 1, 0, Band.unknown(observed), Direction.UP);
  }
}
