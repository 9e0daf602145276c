package io.tracetide.detection.evidence;

/**
 * Evidence of one channel in one window.
 *
 * @param channel the channel
 * @param ratio evidence divided by the threshold of the channel, at least 0; above 1 it counts
 *     towards an episode
 * @param windows number of latest windows, with this one, whose sum gives the largest evidence; the
 *     deviation began about that long ago
 * @param observed value in this window, in the unit of the channel; NaN when there is none, as for
 *     the latency of an empty window
 * @param lower lower end of the expected band
 * @param upper upper end of the expected band
 * @param direction direction of the evidence
 */
public record ChannelEvidence(
    EvidenceChannel channel,
    double ratio,
    int windows,
    double observed,
    double lower,
    double upper,
    Direction direction) {

  static ChannelEvidence none(EvidenceChannel channel, double observed) {
    return new ChannelEvidence(channel, 0, 1, observed, 0, Double.POSITIVE_INFINITY, Direction.UP);
  }
}
