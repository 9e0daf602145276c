package io.tracetide.standalone.replay;

/**
 * The outcome of a replay.
 *
 * @param sent spans of the recording that were sent at least once
 * @param accepted spans that the gateway accepted
 * @param rejected spans that it refused, or for which there was no response until the end of the
 *     retries
 * @param uncertain spans of requests that were sent again because the response was lost or unclear:
 *     the first attempt may have been accepted, too, so at most this many spans were sent twice
 * @param retries requests that were sent again
 */
public record ReplayTally(long sent, long accepted, long rejected, long uncertain, long retries) {
  static final ReplayTally NONE = new ReplayTally(0, 0, 0, 0, 0);

  ReplayTally plus(ReplayTally other) {
    return new ReplayTally(
        sent + other.sent,
        accepted + other.accepted,
        rejected + other.rejected,
        uncertain + other.uncertain,
        retries + other.retries);
  }

  public boolean isComplete() {
    return accepted == sent;
  }

  @Override
  public String toString() {
    return "sent=%d accepted=%d rejected=%d uncertain=%d retries=%d"
        .formatted(sent, accepted, rejected, uncertain, retries);
  }
}
