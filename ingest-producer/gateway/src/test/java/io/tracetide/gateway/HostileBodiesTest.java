package io.tracetide.gateway;

import static io.tracetide.gateway.RunningGateway.JSON;
import static io.tracetide.gateway.RunningGateway.PROTOBUF;
import static io.tracetide.gateway.RunningGateway.gzip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tracetide.gateway.HostileBodies.Seed;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Randomly mutated valid bodies and hostile bodies: each gets a response with an error and its fix,
 * and memory usage does not grow.
 */
class HostileBodiesTest {

  /** 100,000 take minutes: {@code -Dtracetide.hostile.bodies=100000}. */
  private static final int BODIES = Integer.getInteger("tracetide.hostile.bodies", 4_000);

  private static final int AT_ONCE = 20;
  private static final long SEED = 20_240_917;
  private static final long GROWTH = 32L << 20;

  /** Refusals of a call: client error, too large, unknown, unavailable. */
  private static final Set<String> CALL_STATUSES = Set.of("3", "8", "12", "14");

  @Test
  void shouldHaveFiftySeedsThatAreAccepted() {
    List<Seed> seeds = HostileBodies.seeds();
    assertThat(seeds).hasSize(50);
    try (RunningGateway gateway = RunningGateway.start()) {
      for (Seed seed : seeds) {
        HttpResponse<byte[]> response = gateway.send(seed, seed.body());

        assertThat(response.statusCode()).as("%s", seed).isIn(200, 202);
        assertThat(response.headers().firstValue("grpc-status")).as("%s", seed).isEmpty();
      }
    }
  }

  @Test
  void shouldAcceptEveryMutatedBodyOrRespondWithAClientError() {
    Random random = new Random(SEED);
    List<Seed> seeds = HostileBodies.seeds();
    Map<String, Integer> answers = new TreeMap<>();
    try (RunningGateway gateway = RunningGateway.start()) {
      long before = 0;
      long began = System.nanoTime();
      for (int sent = 0; sent < BODIES; sent += AT_ONCE) {
        List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
          Seed seed = seeds.get(random.nextInt(seeds.size()));
          responses.add(gateway.sendAsync(seed, HostileBodies.mutate(seed.body(), random)));
        }
        responses.stream()
            .map(CompletableFuture::join)
            .forEach(response -> answers.merge(check(response), 1, Integer::sum));
        gateway.kafka.clear();
        if (sent == BODIES / 4 / AT_ONCE * AT_ONCE) {
          before = heap(); // Once everything that is kept for good has been made.
        }
      }
      long growth = heap() - before;
      System.out.printf(
          "hostile bodies: %d in %d s, answers %s, heap %+d KiB over the last three quarters%n",
          BODIES, Duration.ofNanos(System.nanoTime() - began).toSeconds(), answers, growth >> 10);
      assertThat(growth).isLessThan(GROWTH);
      await().until(() -> gateway.counter("tracetide_gateway_inflight_bytes") == 0);
      assertThat(gateway.counter("tracetide_gateway_records_received_total"))
          .isEqualTo(
              gateway.counter("tracetide_gateway_records_accepted_total")
                  + gateway.counter("tracetide_gateway_records_refused_total"));
    }
  }

  private static String check(HttpResponse<byte[]> response) {
    String answer = new String(response.body(), ISO_8859_1);
    assertThat(response.statusCode()).as(answer).isIn(200, 202, 400, 413, 415, 503);
    assertThat(answer + response.headers().map())
        .doesNotContain("Exception", "\tat ", "io.tracetide");
    String call = response.headers().firstValue("grpc-status").orElse("");
    if (!call.isEmpty()) {
      assertThat(call).as("%s", response.headers()).isIn(CALL_STATUSES);
      return "grpc " + call;
    }
    return Integer.toString(response.statusCode());
  }

  @Test
  void shouldRefuseBombsQuicklyAndInConstantMemory() {
    byte[] zeros = new byte[64 << 20];
    byte[] bomb = gzip(zeros);
    byte[] half = gzip(new byte[11 << 20]);
    String deep = "[".repeat(100_000);
    Map<String, Seed> bombs = new LinkedHashMap<>();
    bombs.put("413 one of zeros", new Seed("/v1/traces", PROTOBUF, true, bomb));
    bombs.put("413 members", new Seed("/v1/metrics", PROTOBUF, true, join(half, half)));
    bombs.put("400 nested", new Seed("/v1/traces", PROTOBUF, true, gzip(bomb)));
    bombs.put("413 Zipkin", new Seed("/api/v2/spans", JSON, true, bomb));
    bombs.put("413 lines", new Seed("/v1/trace-events", "application/jsonl", true, bomb));
    for (String path : List.of("/v1/traces", "/v1/metrics", "/api/v2/spans", "/v1/trace-events")) {
      bombs.put("400 deep " + path, new Seed(path, JSON, false, deep.getBytes(UTF_8)));
      bombs.put(
          "400 deep and unknown " + path,
          new Seed(path, JSON, false, ("[{\"x\":" + deep).getBytes(UTF_8)));
      bombs.put(
          "400 deep objects " + path,
          new Seed(path, JSON, false, "{\"a\":".repeat(100_000).getBytes(UTF_8)));
      bombs.put(
          "400 number " + path,
          new Seed(path, JSON, false, ("[{\"timestamp\":" + "9".repeat(3 << 20)).getBytes(UTF_8)));
    }
    try (RunningGateway gateway = RunningGateway.start()) {
      Seed warm = HostileBodies.seeds().get(0);
      gateway.send(warm, warm.body());
      long before = heap();
      bombs.forEach(
          (name, seed) -> {
            long began = System.nanoTime();
            HttpResponse<byte[]> response = gateway.send(seed, seed.body());
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            assertThat(name).startsWith(Integer.toString(response.statusCode()));
            assertThat(took).as(name).isLessThan(Duration.ofSeconds(1));
          });
      HttpResponse<byte[]> call =
          gateway.send(
              new Seed(
                  io.tracetide.gateway.grpc.ExportService.TRACES,
                  HostileBodies.GRPC,
                  true,
                  new byte[0]),
              HostileBodies.frame(1, bomb));
      assertThat(call.headers().firstValue("grpc-status")).contains("8");
      assertThat(heap() - before).isLessThan(GROWTH);
      assertThat(gateway.counter("tracetide_gateway_inflight_bytes")).isZero();
    }
  }

  /** Heap in use after a garbage collection. */
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static byte[] join(byte[] first, byte[] second) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.writeBytes(first);
    joined.writeBytes(second);
    return joined.toByteArray();
  }
}
