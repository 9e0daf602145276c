package io.tracetide.gateway;

import static io.tracetide.gateway.RunningGateway.JSON;
import static io.tracetide.gateway.RunningGateway.PROTOBUF;
import static io.tracetide.gateway.RunningGateway.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.gateway.otlp.Spans;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Good bodies, bent at random places: whatever comes, the answer is one that a sender can act on.
 */
class HostileBodiesTest {

  private static final int BODIES = 2_000;
  private static final int AT_ONCE = 20;
  private static final long SEED = 20_240_917;

  private record Seed(String path, String contentType, boolean gzip, byte[] body) {}

  @Test
  void shouldAnswerEveryMutatedBodyAsAcceptedOrAsTheSendersFault() throws IOException {
    Random random = new Random(SEED);
    List<Seed> seeds = seeds();
    try (RunningGateway gateway = RunningGateway.start()) {
      for (int sent = 0; sent < BODIES; sent += AT_ONCE) {
        List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          Seed seed = seeds.get(random.nextInt(seeds.size()));
          responses.add(send(gateway, seed, mutate(seed.body(), random)));
        }
        responses.stream().map(CompletableFuture::join).forEach(HostileBodiesTest::check);
      }
      await().until(() -> gateway.counter("tracetide_gateway_inflight_bytes") == 0);
      assertThat(gateway.counter("tracetide_gateway_records_received_total"))
          .isEqualTo(
              gateway.counter("tracetide_gateway_records_accepted_total")
                  + gateway.counter("tracetide_gateway_records_refused_total"));
    }
  }

  private static CompletableFuture<HttpResponse<byte[]>> send(
      RunningGateway gateway, Seed seed, byte[] body) {
    return seed.gzip()
        ? gateway.postAsync(seed.path(), seed.contentType(), body, "content-encoding", "gzip")
        : gateway.postAsync(seed.path(), seed.contentType(), body);
  }

  private static void check(HttpResponse<byte[]> response) {
    String answer = new String(response.body(), StandardCharsets.ISO_8859_1);
    assertThat(response.statusCode()).as(answer).isIn(200, 400, 413, 415, 503);
    assertThat(answer).doesNotContain("Exception", "\tat ", "io.tracetide");
  }

  private static List<Seed> seeds() throws IOException {
    byte[] protobuf = Spans.checkout().toByteArray();
    byte[] json = resource("otlp/checkout.json");
    byte[] event =
        """
        [{"type":"COMPLETED","traceId":"t","serviceName":"s","operationName":"o","timestamp":1748779199000,
          "durationMicros":5,"tags":{"a":"b"},"events":[{"eventName":"e","attributes":{"x":1}}],
          "outcome":{"success":false,"error":{"type":"T"}},"customMetrics":{"m":1.5}}]
        """
            .getBytes(StandardCharsets.UTF_8);
    return List.of(
        new Seed("/v1/traces", PROTOBUF, false, protobuf),
        new Seed("/v1/traces", PROTOBUF, true, gzip(protobuf)),
        new Seed("/v1/traces", JSON, false, json),
        new Seed("/v1/traces", JSON, true, gzip(json)),
        new Seed("/v1/trace-events", JSON, false, event));
  }

  /** One to four changes: a byte, a stretch of another place, a cut, a repetition. */
  private static byte[] mutate(byte[] body, Random random) {
    byte[] bent = body.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bent.length > 1; changes--) {
      int at = random.nextInt(bent.length);
      switch (random.nextInt(5)) {
        case 0 -> bent[at] = (byte) random.nextInt(256);
        case 1 -> bent[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bent = Arrays.copyOf(bent, at);
        case 3 -> {
          int length = Math.min(bent.length - at, 1 + random.nextInt(64));
          System.arraycopy(bent, at, bent, random.nextInt(bent.length - length + 1), length);
        }
        default -> {
          byte[] longer = Arrays.copyOf(bent, bent.length + at);
          System.arraycopy(bent, 0, longer, bent.length, at);
          bent = longer;
        }
      }
    }
    return bent;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = HostileBodiesTest.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }
}
