package io.tracetide.processor.query.peer;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Access to the other instances, with the state and the meters that all requests share. */
record Peers(PeerClient client, PeerWarnings warnings, PeerMetrics metrics) {

  /**
   * Sends the first requests for partitions.
   *
   * @param partitions partitions to request, by host
   * @param request the message for a partition
   */
  <A> FanOut<A> request(
      Map<String, List<Integer>> partitions,
      String path,
      IntFunction<byte[]> request,
      FanOut.Decoder<A> decoder) {
    return new FanOut<>(
        partitions,
        (host, partition) -> client.send(host, path, request.apply(partition)),
        decoder,
        warnings,
        metrics);
  }

  int maxAnswerBytes() {
    return client.maxAnswerBytes();
  }
}
