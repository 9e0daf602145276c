package io.tracetide.processor.query.http;

import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.peer.PeerConfig;
import io.tracetide.runtime.config.Checks;

/**
 * Limits of the query server.
 *
 * @param threads queries served in parallel
 * @param queued queries that may wait for a thread; more are rejected with 503
 * @param maxPoints points of all series in one answer; more are rejected with 400
 * @param live queries whose clients are sent every change
 * @param peers requests between the instances of the application
 */
public record QueryConfig(
    int threads, int queued, int maxPoints, LiveConfig live, PeerConfig peers) {
  public QueryConfig {
    Checks.check()
        .range("threads", threads, 1, 64)
        .range("queued", queued, 0, 10_000)
        .range("maxPoints", maxPoints, 100, 5_000_000)
        .done();
  }

  public static QueryConfig defaults() {
    return new QueryConfig(4, 60, 100_000, LiveConfig.defaults(), PeerConfig.defaults());
  }
}
