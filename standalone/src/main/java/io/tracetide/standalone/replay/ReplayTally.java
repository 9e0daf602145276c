package io.tracetide.standalone.replay;

/**
 * What became of the spans of a replay.
 *
 * @param sent spans of the recording that were sent at least once
 * @param accepted spans that the gateway said it took
 * @param rejected spans that it refused, or did not answer for until patience ran out
 * @param uncertain spans of requests that were sent again because the answer was lost or unclear:
 *     the first try may have been taken too, so that many could be there twice
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
