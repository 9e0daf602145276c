package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.ApiAnswers;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Processors, each a process of its own, that share the partitions of one Kafka, and a load of
 * finished spans.
 */
final class FleetFixture implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough that every partition has some. */
  private static final int SERVICES = 60;

  private static final int OPERATIONS = 3;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Instant started = Instant.now();
  private final Map<String, Instance> instances = new HashMap<>();
  private final Path directory;
  private final PipelineFixture kafka;
  private final Load load;

  /** An instance of the processor. */
  record Instance(String name, int port, Process process) {
    String host() {
      return "127.0.0.1:" + port;
    }
  }

  /**
   * Starts Kafka.
   *
   * @param eventsPerSecond rate of the load
   */
  FleetFixture(Path directory, int eventsPerSecond) throws IOException {
    this.directory = directory;
    this.kafka = PipelineFixture.in(directory).partitions(6).start();
    this.load =
        new Load(kafka.producer(), kafka.encoder(Topics.TRACES, TraceEvent.class), eventsPerSecond);
  }

  @Override
  public void close() throws InterruptedException {
    load.stop();
    for (Instance instance : instances.values()) {
      instance.process.destroyForcibly();
    }
    for (Instance instance : instances.values()) {
      instance.process.waitFor();
    }
    kafka.close();
  }

  Load load() {
    return load;
  }

  /** The log of an instance, from its first start on. */
  String log(String name) throws IOException {
    return Files.readString(directory.resolve(name + ".log"));
  }

  /** Starts an instance, at the address that it had when it ran before. */
  Instance start(String name) throws IOException {
    Instance before = instances.get(name);
    int port = before == null ? LoopbackPort.free() : before.port;
    Process process = RoleProcess.startInstance(kafka, directory, name, port, "standbyReplicas: 1");
    Instance instance = new Instance(name, port, process);
    instances.put(name, instance);
    return instance;
  }

  /** Each instance has been given partitions, and has none to restore. */
  void awaitEveryoneAtWork(List<Instance> all) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                assertThat(get(instance, "/readyz")).as(instance.host()).isPresent();
              }
            });
    // An instance that was asked has partitions that another one needs.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                assertThat(merged(instance)).as("work at %s", instance.host()).isPositive();
              }
            });
  }

  void awaitTruth(List<Instance> all) {
    // Otherwise the counts that are missing were never in Kafka.
    assertThat(load.acknowledged()).isEqualTo(load.sent());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                Optional<JsonNode> answer = services(instance);
                assertThat(answer).isPresent();
                assertThat(names(answer.get())).isEmpty();
                assertThat(byService(answer.get())).isEqualTo(load.truth());
              }
            });
    assertThat(tenant(all.get(0)).map(FleetFixture::count)).contains(load.sent());
  }

  /** All services as one. */
  Optional<JsonNode> tenant(Instance instance) {
    return analytics(instance, "services=*");
  }

  Optional<JsonNode> services(Instance instance) {
    return analytics(instance, "operations=*");
  }

  private Optional<JsonNode> analytics(Instance instance, String what) {
    return get(
        instance,
        "/monitoring/analytics?granularity=1h&from=%s&to=%s&%s"
            .formatted(
                started.minus(Duration.ofHours(2)), started.plus(Duration.ofHours(2)), what));
  }

  static long count(JsonNode answer) {
    return byService(answer).values().stream().mapToLong(Long::longValue).sum();
  }

  static Map<String, Long> byService(JsonNode answer) {
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode series : answer.get("series")) {
      for (JsonNode point : series.get("points")) {
        counts.merge(series.get("service").asText(), point.get("count").asLong(), Long::sum);
      }
    }
    return counts;
  }

  static List<String> names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.get("missing").forEach(host -> names.add(host.asText()));
    assertThat(answer.get("partial").asBoolean()).isEqualTo(!names.isEmpty());
    return names;
  }

  /** Partial counts that this instance has merged into windows that it holds. */
  private double merged(Instance instance) {
    return text(instance, "/metrics")
        .flatMap(
            text ->
                text.lines()
                    .filter(line -> line.startsWith("tracetide_processor_partials_total "))
                    .map(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                    .findFirst())
        .orElse(0.0);
  }

  private Optional<JsonNode> get(Instance instance, String path) {
    return text(instance, path)
        .map(
            text -> {
              try {
                return JSON.readTree(text);
              } catch (IOException e) {
                throw new AssertionError(text, e);
              }
            });
  }

  /** Empty while the instance does not answer, or answers that it cannot. */
  private Optional<String> text(Instance instance, String path) {
    try {
      HttpResponse<String> response =
          ApiAnswers.checked(
              http.send(
                  HttpRequest.newBuilder(URI.create("http://" + instance.host() + path))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  HttpResponse.BodyHandlers.ofString()));
      assertThat(response.statusCode())
          .as(() -> response.body() + failures(instance))
          .isIn(200, 503);
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // Not up yet.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Where an instance has logged failed requests: its log is deleted with the directory. */
  private String failures(Instance instance) {
    try {
      List<String> lines = log(instance.name()).lines().toList();
      StringBuilder found = new StringBuilder();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).contains("request failed")) {
          found.append('\n');
          found.append(String.join("\n", lines.subList(i, Math.min(i + 20, lines.size()))));
        }
      }
      return found.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Finished work of all services, evenly, by a thread that knows what it has sent. */
  static final class Load implements Runnable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroEncoder<TraceEvent> encoder;
    private final int eventsPerSecond;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this, "load");

    Load(
        KafkaProducer<byte[], byte[]> producer,
        AvroEncoder<TraceEvent> encoder,
        int eventsPerSecond) {
      this.producer = producer;
      this.encoder = encoder;
      this.eventsPerSecond = eventsPerSecond;
    }

    void start() {
      thread.start();
    }

    /** Returns when all that was sent has been acknowledged. */
    void stop() throws InterruptedException {
      stopped.set(true);
      thread.join();
      producer.flush();
    }

    /** At least what is in Kafka. */
    long sent() {
      return sent.get();
    }

    /** At most what is in Kafka. */
    long acknowledged() {
      return acknowledged.get();
    }

    Map<String, Long> truth() {
      Map<String, Long> counts = new TreeMap<>();
      for (int i = 0; i < SERVICES; i++) {
        counts.put("service-" + i, (sent.get() - i + SERVICES - 1) / SERVICES);
      }
      return counts;
    }

    @Override
    public void run() {
      long begin = System.nanoTime();
      while (!stopped.get()) {
        long due = (System.nanoTime() - begin) / 1_000_000 * eventsPerSecond / 1_000;
        while (sent.get() < due) {
          send(sent.getAndIncrement());
        }
        LockSupport.parkNanos(20_000_000);
      }
    }

    private void send(long number) {
      TraceEvent event =
          TraceEvent.newBuilder()
              .setType(TraceEventType.COMPLETED)
              .setStatus(TraceStatus.COMPLETED)
              .setTraceId("trace-" + number)
              .setServiceName("service-" + number % SERVICES)
              .setOperationName("GET /" + number / SERVICES % OPERATIONS)
              .setTimestamp(Instant.now())
              .setDurationMicros(1_000 + number * 7_919 % 100_000)
              .build();
      producer.send(
          new ProducerRecord<>(
              Topics.TRACES, ("trace-" + number).getBytes(UTF_8), encoder.encode(event)),
          (metadata, failure) -> {
            if (failure == null) {
              acknowledged.incrementAndGet();
            }
          });
    }
  }
}
