package io.tracetide.processor.exposition.remote;

import io.tracetide.processor.exposition.remote.RemoteWriteConfig.Protocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/**
 * A request that is ready to be sent.
 *
 * @param tenant tenant of its series, if requests are separated by tenant; else empty
 * @param body the compressed message
 * @param samples number of its samples
 * @param timeMs time of the samples, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // Neither compared nor changed.
record WriteRequest(String tenant, byte[] body, int samples, long timeMs) {

  /** Splits series into requests. */
  static List<WriteRequest> of(List<WriteSeries> series, long timeMs, RemoteWriteConfig config) {
    Map<String, List<WriteSeries>> byTenant = new TreeMap<>();
    boolean separate = !config.tenantHeader().isEmpty();
    for (WriteSeries one : series) {
      // Numbers of the process belong to no tenant.
      if (!separate || !one.tenant().isEmpty()) {
        byTenant
            .computeIfAbsent(separate ? one.tenant() : "", tenant -> new ArrayList<>())
            .add(one);
      }
    }
    List<WriteRequest> requests = new ArrayList<>();
    byTenant.forEach(
        (tenant, all) -> {
          for (int from = 0; from < all.size(); from += config.maxSamples()) {
            List<WriteSeries> part =
                all.subList(from, Math.min(all.size(), from + config.maxSamples()));
            requests.add(
                new WriteRequest(
                    tenant, encode(part, timeMs, config.protocol()), part.size(), timeMs));
          }
        });
    return requests;
  }

  private static byte[] encode(List<WriteSeries> series, long timeMs, Protocol protocol) {
    byte[] message =
        protocol == Protocol.V1
            ? WriteRequestV1.of(series, timeMs)
            : WriteRequestV2.of(series, timeMs);
    try {
      return Snappy.compress(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }
}
