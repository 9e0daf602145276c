package io.tracetide.gateway;

import static io.tracetide.gateway.RunningGateway.JSON;
import static io.tracetide.gateway.RunningGateway.PROTOBUF;
import static io.tracetide.gateway.RunningGateway.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.tracetide.gateway.format.otlp.Measurements;
import io.tracetide.gateway.format.otlp.Spans;
import io.tracetide.gateway.grpc.ExportService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Valid bodies of every endpoint in every encoding, and mutations of them. */
final class HostileBodies {

  static final String GRPC = "application/grpc";

  private static final String ZIPKIN = "/api/v2/spans";
  private static final String EVENTS = "/v1/trace-events";
  private static final String LINES = "application/x-ndjson";

  private HostileBodies() {}

  /**
   * A valid body.
   *
   * @param gzip whether it is, and its sender says so
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Seed(String path, String contentType, boolean gzip, byte[] body) {

    boolean isCall() {
      return contentType.equals(GRPC);
    }
  }

  /** Fifty valid bodies. */
  static List<Seed> seeds() {
    Instant now = Instant.now();
    List<Seed> seeds = new ArrayList<>();
    List<byte[]> traces =
        List.of(
            Spans.checkout().toByteArray(),
            Spans.request("one", Spans.span(now)).toByteArray(),
            Spans.request("tags", Spans.span(now).addAttributes(Spans.text("k", "v".repeat(5_000))))
                .toByteArray(),
            Spans.request("three", Spans.span(now), Spans.span(now), Spans.span(now))
                .toByteArray());
    List<byte[]> metrics =
        List.of(
            Measurements.everyKind().toByteArray(),
            Measurements.request("one", Measurements.gauge("g", Measurements.number(1)))
                .toByteArray());
    for (byte[] body : traces) {
      plainAndGzip(seeds, "/v1/traces", PROTOBUF, body);
      calls(seeds, ExportService.TRACES, body);
    }
    for (byte[] body : metrics) {
      plainAndGzip(seeds, "/v1/metrics", PROTOBUF, body);
      calls(seeds, ExportService.METRICS, body);
    }
    plainAndGzip(seeds, "/v1/traces", JSON, resource("otlp/checkout.json"));
    plainAndGzip(seeds, "/v1/metrics", JSON, resource("otlp/metrics.json"));
    plainAndGzip(seeds, "/v1/traces", JSON, "{\"resourceSpans\":[]}".getBytes(UTF_8));
    plainAndGzip(seeds, "/v1/metrics", JSON, "{\"resourceMetrics\":[]}".getBytes(UTF_8));
    for (String body : zipkin(now)) {
      plainAndGzip(seeds, ZIPKIN, JSON, body.getBytes(UTF_8));
    }
    for (String body : events()) {
      plainAndGzip(seeds, EVENTS, JSON, body.getBytes(UTF_8));
    }
    String lines = String.join("\n", events().get(1), "", events().get(1), "");
    plainAndGzip(seeds, EVENTS, LINES, lines.getBytes(UTF_8));
    plainAndGzip(seeds, EVENTS, "application/jsonl", events().get(1).getBytes(UTF_8));
    return seeds;
  }

  private static List<String> zipkin(Instant now) {
    String ids = "\"traceId\":\"463ac35c9f6413ad48485a3953bb6124\",\"id\":\"a2fb4a1d1a96d312\"";
    String times = "\"timestamp\":%d,\"duration\":431295".formatted(now.toEpochMilli() * 1_000);
    return List.of(
        "[{" + ids + "," + times + "}]",
        "[{%s,%s,\"kind\":\"CLIENT\",\"name\":\"get\",\"localEndpoint\":{\"serviceName\":\"a\",\"ipv4\":\"10.1.2.3\",\"port\":80},\"remoteEndpoint\":{\"serviceName\":\"b\"},\"annotations\":[{\"timestamp\":%d,\"value\":\"x\"}],\"tags\":{\"error\":\"no\",\"k\":\"\\u00e9\\ud83d\\ude00\"}},{%s,%s}]"
            .formatted(ids, times, now.toEpochMilli() * 1_000, ids, times),
        "[{\"traceId\":\"48485a3953bb6124\",\"id\":\"1\",\"kind\":\"PRODUCER\",\"timestamp\":%d}]"
            .formatted(now.toEpochMilli() * 1_000),
        "[]");
  }

  private static List<String> events() {
    return List.of(
        """
        [{"type":"COMPLETED","traceId":"t","serviceName":"s","operationName":"o","timestamp":1748779199000,
          "durationMicros":5,"tags":{"a":"b"},"events":[{"eventName":"e","attributes":{"x":1}}],
          "outcome":{"success":false,"error":{"type":"T"}},"customMetrics":{"m":1.5}}]
        """,
        "{\"type\":\"STARTED\",\"traceId\":\"t\",\"serviceName\":\"s\",\"operationName\":\"o\",\"context\":{\"planId\":\"7\"}}",
        "{\"type\":\"UPDATED\",\"traceId\":\"t\",\"spanId\":\"1\",\"serviceName\":\"s\",\"operationName\":\"o\",\"progressPercentage\":40,\"resourceUsage\":{\"memoryUsageMb\":1.5}}");
  }

  private static void plainAndGzip(List<Seed> seeds, String path, String type, byte[] body) {
    seeds.add(new Seed(path, type, false, body));
    seeds.add(new Seed(path, type, true, gzip(body)));
  }

  private static void calls(List<Seed> seeds, String path, byte[] message) {
    seeds.add(new Seed(path, GRPC, false, frame(0, message)));
    seeds.add(new Seed(path, GRPC, true, frame(1, gzip(message))));
  }

  static byte[] frame(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /**
   * One to four mutations: a byte, a bit, a cut, a copied range, a repetition, many digits, many
   * brackets.
   */
  static byte[] mutate(byte[] body, Random random) {
    byte[] bent = body.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bent.length > 1; changes--) {
      int at = random.nextInt(bent.length);
      switch (random.nextInt(7)) {
        case 0 -> bent[at] = (byte) random.nextInt(256);
        case 1 -> bent[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bent = Arrays.copyOf(bent, at);
        case 3 -> {
          int length = Math.min(bent.length - at, 1 + random.nextInt(64));
          System.arraycopy(bent, at, bent, random.nextInt(bent.length - length + 1), length);
        }
        case 4 -> bent = insert(bent, at, Arrays.copyOf(bent, at));
        case 5 -> bent = insert(bent, at, repeated("9", random.nextInt(400)));
        default ->
            bent =
                insert(
                    bent,
                    at,
                    repeated(random.nextBoolean() ? "[" : "{\"a\":", random.nextInt(200)));
      }
    }
    return bent;
  }

  private static byte[] repeated(String text, int times) {
    return text.repeat(times).getBytes(UTF_8);
  }

  private static byte[] insert(byte[] body, int at, byte[] more) {
    byte[] longer = Arrays.copyOf(body, body.length + more.length);
    System.arraycopy(body, at, longer, at + more.length, body.length - at);
    System.arraycopy(more, 0, longer, at, more.length);
    return longer;
  }

  private static byte[] resource(String name) {
    try (InputStream in = HostileBodies.class.getClassLoader().getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
