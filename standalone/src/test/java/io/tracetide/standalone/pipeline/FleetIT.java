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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processors, each a process of its own, that share the work and answer as one: while they
 * join, while one is killed, and after.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Enough that every partition has some. */
  private static final int SERVICES = 60;

  private static final int OPERATIONS = 3;
  private static final int EVENTS_PER_SECOND = 2_000;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final Instant started = Instant.now();
  private final List<Instance> instances = new ArrayList<>();

  private Path directory;
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private Load load;

  @BeforeAll
  void startKafka(@TempDir Path temporary) throws IOException {
    directory = temporary;
    kafka = PipelineFixture.in(directory).partitions(6).start();
    producer = kafka.producer();
    load = new Load(kafka.encoder(Topics.TRACES, TraceEvent.class));
  }

  @AfterAll
  void stopKafka() throws InterruptedException {
    load.stop();
    for (Instance instance : instances) {
      instance.process.destroyForcibly();
    }
    for (Instance instance : instances) {
      instance.process.waitFor();
    }
    kafka.close();
  }

  @Test
  void shouldAnswerAsOneWhileInstancesComeAndDie() throws Exception {
    Instance first = start("first");
    Instance second = start("second");
    load.start();
    awaitEveryoneAtWork(List.of(first, second));
    awaitCompleteAnswers(List.of(first, second));

    Instance third = start("third");
    awaitEveryoneAtWork(List.of(first, second, third));
    awaitCompleteAnswers(List.of(first, second, third));

    // Its partitions go to the others; until the group misses it, answers lack them and say so.
    second.process.destroyForcibly().waitFor();
    Optional<JsonNode> whileDead = Optional.empty();
    Instant giveUp = Instant.now().plusSeconds(45);
    boolean recovered = false;
    long complete = count(tenant(first).orElseThrow());
    while (!recovered && Instant.now().isBefore(giveUp)) {
      for (Instance living : List.of(first, third)) {
        Optional<JsonNode> answer = tenant(living);
        if (answer.isEmpty()) {
          continue; // Just while its own partitions change.
        }
        long count = count(answer.get());
        assertThat(count).as("nothing is counted twice").isLessThanOrEqualTo(load.sent());
        if (names(answer.get()).isEmpty()) {
          // What the dead one had counted, but not committed, is counted again a little later.
          assertThat(count)
              .as("nothing is missing in silence")
              .isGreaterThan(complete - 2L * EVENTS_PER_SECOND);
          complete = Math.max(complete, count);
        } else if (names(answer.get()).contains(second.host)) {
          whileDead = answer;
        }
      }
      recovered = isComplete(first) && isComplete(third) && whileDead.isPresent();
      Thread.sleep(200);
    }
    assertThat(whileDead).as("an answer that names the dead host").isPresent();
    assertThat(recovered).as("complete answers without the dead host").isTrue();

    load.stop();
    awaitTruth(List.of(first, third));
    assertSameAnswer(first, third);
    assertNothingWasWiped(List.of("first", "third"));
  }

  /** A standby replica is of use only if it is taken as it is. */
  private void assertNothingWasWiped(List<String> names) throws IOException {
    for (String name : names) {
      assertThat(Files.readString(directory.resolve(name + ".log")))
          .as("log of " + name)
          .doesNotContain("TaskCorruptedException");
    }
  }

  /** Each instance has been given partitions, and has none to restore. */
  private void awaitEveryoneAtWork(List<Instance> all) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                assertThat(get(instance, "/readyz")).as(instance.host).isPresent();
              }
            });
    // An instance that was asked has partitions that another one needs.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                assertThat(merged(instance)).as("work at %s", instance.host).isPositive();
              }
            });
  }

  private void awaitCompleteAnswers(List<Instance> all) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                long sentBefore = load.acknowledged();
                Optional<JsonNode> answer = tenant(instance);
                assertThat(answer).isPresent();
                assertThat(names(answer.get())).isEmpty();
                assertThat(count(answer.get()))
                    .as("what was sent, but for the last seconds, and nothing twice")
                    .isBetween(sentBefore - 5L * EVENTS_PER_SECOND, load.sent());
              }
            });
  }

  private void awaitTruth(List<Instance> all) {
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
    assertThat(load.acknowledged()).isEqualTo(load.sent());
    assertThat(tenant(all.get(0)).map(FleetIT::count)).contains(load.sent());
  }

  private void assertSameAnswer(Instance one, Instance other) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(services(one).orElseThrow().get("series"))
                  .isEqualTo(services(other).orElseThrow().get("series"));
              assertThat(tenant(one).orElseThrow().get("series"))
                  .isEqualTo(tenant(other).orElseThrow().get("series"));
            });
  }

  private boolean isComplete(Instance instance) {
    return tenant(instance).filter(answer -> !answer.get("partial").asBoolean()).isPresent();
  }

  /** All services as one. */
  private Optional<JsonNode> tenant(Instance instance) {
    return analytics(instance, "services=*");
  }

  private Optional<JsonNode> services(Instance instance) {
    return analytics(instance, "operations=*");
  }

  private Optional<JsonNode> analytics(Instance instance, String what) {
    return get(
        instance,
        "/monitoring/analytics?granularity=1h&from=%s&to=%s&%s"
            .formatted(
                started.minus(Duration.ofHours(2)), started.plus(Duration.ofHours(2)), what));
  }

  private static long count(JsonNode answer) {
    return byService(answer).values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> byService(JsonNode answer) {
    Map<String, Long> counts = new TreeMap<>();
    for (JsonNode series : answer.get("series")) {
      for (JsonNode point : series.get("points")) {
        counts.merge(series.get("service").asText(), point.get("count").asLong(), Long::sum);
      }
    }
    return counts;
  }

  private static List<String> names(JsonNode answer) {
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

  private Instance start(String name) throws IOException {
    int port = LoopbackPort.free();
    Path config = directory.resolve(name + ".yaml");
    Files.writeString(
        config,
        """
        kafka:
          bootstrapServers: "%s"
          properties: { acceptable.recovery.lag: "1000000", session.timeout.ms: "6000", heartbeat.interval.ms: "2000" }
        registry: { url: "%s" }
        processor:
          listener: { port: %d }
          threads: 1
          standbyReplicas: 1
          stateDir: "%s"
        """
            .formatted(
                kafka.bootstrapServers(),
                kafka.registryUrl(),
                port,
                directory.resolve("state-" + name)));
    Process process =
        RoleProcess.start("processor", config, directory.resolve(name + ".log"), "-Xmx192m");
    Instance instance = new Instance("127.0.0.1:" + port, process);
    instances.add(instance);
    return instance;
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
                  HttpRequest.newBuilder(URI.create("http://" + instance.host + path))
                      .timeout(Duration.ofSeconds(10))
                      .build(),
                  HttpResponse.BodyHandlers.ofString()));
      assertThat(response.statusCode()).as(response.body()).isIn(200, 503);
      return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // Not up yet.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private record Instance(String host, Process process) {}

  /** Finished work of all services, evenly, by a thread that knows what it has sent. */
  private final class Load implements Runnable {
    private final AvroEncoder<TraceEvent> encoder;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Thread thread = new Thread(this, "load");

    Load(AvroEncoder<TraceEvent> encoder) {
      this.encoder = encoder;
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
        long due = (System.nanoTime() - begin) / 1_000_000 * EVENTS_PER_SECOND / 1_000;
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
