package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.TraceStatus;
import io.tracetide.schemas.serde.AvroEncoder;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.RoleProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
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
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes two processors, each a process of its own, while one is killed and
 * restarted, partitions move, and one is killed for good. The counters that it stores never
 * decrease, and end at what was sent; those sent to it by remote write as well.
 */
@Tag("alone")
class ExposedCountersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SERVICES = 12;
  private static final int EVENTS_PER_SECOND = 300;
  private static final String CALLS = "traces_span_metrics_calls_total";
  private static final String UNSET = "status_code=\"STATUS_CODE_UNSET\"";

  @TempDir Path directory;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<Process> processes = new ArrayList<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private PipelineFixture kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AvroEncoder<TraceEvent> encoder;
  private String prometheus;
  private int firstPort;
  private int secondPort;
  private volatile long sent;

  @BeforeEach
  void start() throws Exception {
    kafka = PipelineFixture.in(directory).partitions(4).start();
    producer = kafka.producer();
    encoder = kafka.encoder(Topics.TRACES, TraceEvent.class);
    firstPort = LoopbackPort.free();
    secondPort = LoopbackPort.free();
    startPrometheus();
  }

  private void startPrometheus() throws IOException {
    int port = LoopbackPort.free();
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs:
              - job_name: services
                metrics_path: /monitoring/metrics
                static_configs: [ { targets: [ "127.0.0.1:%d", "127.0.0.1:%d" ] } ]
                metric_relabel_configs: [ { regex: instance, action: labeldrop } ]
            """
                .formatted(firstPort, secondPort));
    processes.add(
        new ProcessBuilder(
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("prometheus"),
                "--web.enable-remote-write-receiver",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("prometheus.log").toFile())
            .start());
    prometheus = "http://127.0.0.1:" + port;
  }

  @AfterEach
  void stop() throws Exception {
    stopped.set(true);
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    kafka.close();
  }

  @Test
  void shouldNeverLowerACounterNorLoseASpan() throws Exception {
    Process first = processor("first", firstPort);
    await().atMost(PATIENCE).until(() -> exposed(firstPort) >= 0);
    Thread load = new Thread(this::load, "load");
    load.start();
    await().atMost(PATIENCE).until(() -> exposed(firstPort) > 10.0 * EVENTS_PER_SECOND);

    first.destroyForcibly().waitFor();
    first = processor("first", firstPort);
    double beforeMove = EVENTS_PER_SECOND * 30.0;
    await().atMost(PATIENCE).until(() -> exposed(firstPort) > beforeMove);

    Process second = processor("second", secondPort);
    await().atMost(PATIENCE).until(() -> exposed(secondPort) > 0 && exposed(firstPort) > 0);
    Thread.sleep(15_000);
    second.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> owned(firstPort) == SERVICES);
    Thread.sleep(5_000);
    stopped.set(true);
    load.join();
    producer.flush();
    // Windows close by event time, or by the wall clock when nothing follows.
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(exposed(firstPort)).isEqualTo((double) sent));
    Thread.sleep(6_000);

    for (String job : List.of("job=\"services\"", "job=\"\"")) {
      assertThat(requireIncreases(job)).as(job).isEqualTo(SERVICES);
    }
    String log = Files.readString(directory.resolve("prometheus.log"));
    assertThat(log).doesNotContain("out-of-order", "duplicate");
  }

  /** Each stored series never decreases, and increases by what was sent; returns their number. */
  private int requireIncreases(String job) throws Exception {
    String selector = CALLS + "{" + UNSET + "," + job + "}";
    JsonNode series = query(selector + "[10m]", Instant.now().toEpochMilli());
    Map<String, Double> extrapolated = new TreeMap<>();
    for (JsonNode one : query("increase(" + selector + "[10m])", Instant.now().toEpochMilli())) {
      extrapolated.put(one.at("/metric/service_name").asText(), one.at("/value/1").asDouble());
    }
    for (JsonNode one : series) {
      String service = one.at("/metric/service_name").asText();
      JsonNode values = one.get("values");
      double before = 0;
      for (JsonNode sample : values) {
        double value = sample.get(1).asDouble();
        assertThat(value).as("%s of %s", service, values).isGreaterThanOrEqualTo(before);
        before = value;
      }
      double truth = truth(service);
      assertThat(before).as(service).isEqualTo(truth);
      // The value of increase is exact when a sample is at both ends of its range.
      double from = values.get(0).get(0).asDouble();
      double to = values.get(values.size() - 1).get(0).asDouble();
      double increase =
          query(
                  "increase(%s{service_name=\"%s\",%s,%s}[%dms])"
                      .formatted(CALLS, service, UNSET, job, Math.round((to - from) * 1_000)),
                  Math.round(to * 1_000))
              .at("/0/value/1")
              .asDouble();
      assertThat(increase)
          .as("%s from %s", service, values)
          .isCloseTo(truth - values.get(0).get(1).asDouble(), within(1e-6));
      System.out.printf(
          "%s %s: sent %.0f, first sample %.0f, increase %.6f, increase[10m] at any time %.3f%n",
          job,
          service,
          truth,
          values.get(0).get(1).asDouble(),
          increase,
          extrapolated.getOrDefault(service, Double.NaN));
      assertThat(values.get(0).get(1).asDouble()).as("begins at zero").isZero();
    }
    return series.size();
  }

  private double truth(String service) {
    long number = Long.parseLong(service.substring("service-".length()));
    return (double) ((sent - number + SERVICES - 1) / SERVICES);
  }

  private JsonNode query(String query, long timeMs) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "%s/api/v1/query?query=%s&time=%d.%03d"
                            .formatted(
                                prometheus,
                                URLEncoder.encode(query, UTF_8),
                                timeMs / 1_000,
                                timeMs % 1_000)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body()).at("/data/result");
  }

  /** Sum of the calls that an instance exposes; negative while it does not answer. */
  private double exposed(int port) {
    return lines(port).stream()
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .reduce(Double::sum)
        .orElse(answers(port) ? 0 : -1);
  }

  /** Number of services that an instance exposes. */
  private int owned(int port) {
    return lines(port).size();
  }

  private List<String> lines(int port) {
    return text(port)
        .lines()
        .filter(line -> line.startsWith(CALLS + "{") && line.contains(UNSET))
        .toList();
  }

  private boolean answers(int port) {
    return !text(port).isEmpty();
  }

  private String text(int port) {
    try {
      HttpResponse<String> response =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/monitoring/metrics"))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == 200 ? response.body() : "";
    } catch (IOException e) {
      return ""; // Not up.
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Process processor(String name, int port) throws IOException {
    Process process =
        RoleProcess.startInstance(
            kafka,
            directory,
            name,
            port,
            "exposition: { remoteWrite: { url: \"%s/api/v1/write\", interval: 1s } }"
                .formatted(prometheus));
    processes.add(process);
    return process;
  }

  private void load() {
    long begin = System.nanoTime();
    while (!stopped.get()) {
      long due =
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) * EVENTS_PER_SECOND / 1_000;
      while (sent < due) {
        send(sent);
        sent++;
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
            .setOperationName("GET /")
            .setTimestamp(Instant.now())
            .setDurationMicros(1_000 + number * 7_919 % 100_000)
            .build();
    producer.send(
        new ProducerRecord<>(
            Topics.TRACES, ("trace-" + number).getBytes(UTF_8), encoder.encode(event)));
  }
}
