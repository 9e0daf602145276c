package io.tracetide.gateway;

import com.linecorp.armeria.common.MediaType;
import io.tracetide.gateway.record.BodyLimits;
import io.tracetide.gateway.record.EventLimits;
import io.tracetide.runtime.life.Closers;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.InMemorySchemaRegistry;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.schemas.serde.AvroDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** The gateway on a free port, with a mock producer. */
final class RunningGateway implements AutoCloseable {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  static final String PROTOBUF = "application/x-protobuf";
  static final String JSON = "application/json";

  final MockProducer<byte[], byte[]> kafka;
  final SchemaRegistry registry;
  final GatewayApp app;

  private RunningGateway(
      GatewayConfig config, MockProducer<byte[], byte[]> kafka, SchemaRegistry registry) {
    this.kafka = kafka;
    this.registry = registry;
    this.app = GatewayApp.start(config, kafka, registry, Clock.systemUTC(), new Closers());
  }

  static RunningGateway start() {
    return start(config(GatewayConfig.defaults().inFlightBytes()), true);
  }

  static RunningGateway start(GatewayConfig config, boolean acknowledges) {
    RunningGateway gateway =
        new RunningGateway(config, producer(acknowledges), new InMemorySchemaRegistry());
    gateway.awaitReady();
    return gateway;
  }

  static RunningGateway start(MockProducer<byte[], byte[]> kafka, SchemaRegistry registry) {
    return new RunningGateway(config(GatewayConfig.defaults().inFlightBytes()), kafka, registry);
  }

  static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Some test bodies have fixed times. */
  private static EventLimits bodiesOfAnyAge(EventLimits limits) {
    return new EventLimits(
        limits.tags(),
        limits.keyBytes(),
        limits.valueBytes(),
        limits.nameBytes(),
        limits.stackBytes(),
        limits.events(),
        limits.eventAttributes(),
        limits.recordBytes(),
        limits.futureTolerance(),
        Duration.ofDays(36_500));
  }

  static GatewayConfig config(long inFlightBytes) {
    return config(inFlightBytes, BodyLimits.defaults());
  }

  static GatewayConfig config(long inFlightBytes, BodyLimits body) {
    GatewayConfig config = GatewayConfig.defaults();
    return new GatewayConfig(
        config.listener().withPort(0),
        config.grpc().withPort(0),
        config.tenant(),
        body,
        bodiesOfAnyAge(config.event()),
        config.privacy(),
        config.rates(),
        config.batches(),
        inFlightBytes,
        config.acknowledgeWithin(),
        config.unhealthyAfter(),
        config.producer());
  }

  void awaitReady() {
    Awaitility.await().until(() -> app.health().report().isUp());
  }

  HttpResponse<byte[]> post(String path, String contentType, byte[] body, String... headers) {
    return postAsync(path, contentType, body, headers).join();
  }

  CompletableFuture<HttpResponse<byte[]>> postAsync(
      String path, String contentType, byte[] body, String... headers) {
    return send(app.url() + path, contentType, body, headers);
  }

  HttpResponse<byte[]> send(HostileBodies.Seed seed, byte[] body) {
    return sendAsync(seed, body).join();
  }

  /** Sends a body like its seed. */
  CompletableFuture<HttpResponse<byte[]>> sendAsync(HostileBodies.Seed seed, byte[] body) {
    String base = seed.isCall() ? "http://" + app.grpcAddress() : app.url();
    String coding = seed.isCall() ? "grpc-encoding" : "content-encoding";
    return seed.gzip()
        ? send(base + seed.path(), seed.contentType(), body, coding, "gzip")
        : send(base + seed.path(), seed.contentType(), body);
  }

  static CompletableFuture<HttpResponse<byte[]>> send(
      String url, String contentType, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .version(HttpClient.Version.HTTP_1_1)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!contentType.isEmpty()) {
      request.header("content-type", contentType);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  HttpResponse<String> get(String path) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create(app.url() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  List<TraceEvent> events() {
    AvroDecoder<TraceEvent> decoder = new AvroDecoder<>(registry, TraceEvent.class);
    return kafka.history().stream().map(record -> decoder.decode(record.value())).toList();
  }

  /** Sum of a counter over its tags, as a scraper sees it. */
  double counter(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  static String contentType(HttpResponse<?> response) {
    MediaType type = MediaType.parse(response.headers().firstValue("content-type").orElseThrow());
    return type.type() + "/" + type.subtype();
  }

  @Override
  public void close() {
    app.close();
  }
}
