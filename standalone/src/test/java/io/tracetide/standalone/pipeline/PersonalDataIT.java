package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tracetide.alert.SinkApp;
import io.tracetide.alert.channel.webhook.WebhookConfig;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.runtime.config.Secret;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Personal data that nobody else has, sent in every field in which a service can send text, is
 * nowhere afterwards: in no topic, no file, no log, no answer and no message.
 */
class PersonalDataIT {

  private static final Duration PATIENCE = Duration.ofSeconds(240);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** By class; each is found in the forms in which it could be stored. */
  private static final Map<String, String> CANARIES =
      Map.of(
          "email", "canary.jane@leak-7b1d.example",
          "card", "4929104728195538",
          "iban", "GB33BUKB20201555555555",
          "phone", "+4915207930417",
          "ip", "203.0.113.77",
          "secret", "hunter2-canary-9e1f");

  @TempDir Path directory;

  private final List<byte[]> posts = new CopyOnWriteArrayList<>();

  @Test
  void shouldBeNowhereBehindTheGateway() throws Exception {
    assertThat(luhn("4929104728195538")).isTrue();
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    PrintStream terminal = System.err;
    System.setErr(new PrintStream(log, true, UTF_8));
    HttpServer webhook = webhook();
    List<String> answers = new ArrayList<>();
    Path state = directory.resolve("state");
    try {
      try (PipelineFixture kafka = PipelineFixture.start(directory)) {
        TracetideConfig config = kafka.config(state);
        Clock clock = Clock.systemUTC();
        GatewayApp gateway =
            GatewayApp.start(config.gateway(), config.kafka(), config.registry(), clock);
        ProcessorApp processor =
            ProcessorApp.start(config.processor(), config.kafka(), config.registry(), clock);
        SinkApp sink =
            SinkApp.start(
                config.sink().withReceivers(List.of(ReceiverConfig.toLog("log"), ops(webhook))),
                config.kafka(),
                config.registry(),
                clock);
        try (gateway;
            processor;
            sink) {
          new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
          new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
          sendUntilSomebodyIsTold(gateway, answers);
          answers.addAll(answers(gateway, processor, sink));
        }
        assertNowhere("topics", topics(config.kafka().bootstrapServers()));
      }
      assertNowhere("state files", files(state));
    } finally {
      webhook.stop(0);
      System.setErr(terminal);
    }
    assertThat(posts).as("messages that were delivered").isNotEmpty();
    assertNowhere("messages", Map.of("webhook", posts));
    assertNowhere("logs", Map.of("standard error", List.of(log.toByteArray())));
    assertNowhere(
        "answers", Map.of("HTTP", answers.stream().map(answer -> answer.getBytes(UTF_8)).toList()));
    assertThat(String.join("\n", answers)).contains("tracetide_gateway_values_masked_total");
  }

  /** Work that fails, so that a rule finds it; every text has every canary. */
  private void sendUntilSomebodyIsTold(GatewayApp gateway, List<String> answers) throws Exception {
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int round = 0; posts.isEmpty() && System.nanoTime() < until; round++) {
      for (int i = 0; i < 20; i++) {
        answers.add(post(gateway.url() + "/v1/traces", span(round * 100 + i)));
        answers.add(post(gateway.url() + "/v1/trace-events", event(round * 100 + i)));
      }
      answers.add(post(gateway.url() + "/v1/trace-events", "{\"type\":\"" + all() + "\"}"));
      answers.add(post(gateway.url() + "/v1/traces", "{\"resourceSpans\":\"" + all() + "\"}"));
      answers.add(get(gateway.url() + "/users/" + CANARIES.get("email")));
      Thread.sleep(2_000);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> !posts.isEmpty());
  }

  private static String all() {
    StringBuilder all = new StringBuilder();
    CANARIES.forEach(
        (name, canary) -> all.append(name.equals("secret") ? "" : "; " + name + " " + canary));
    return all.toString();
  }

  private static String span(int number) {
    long now = Instant.now().toEpochMilli();
    return """
    {"resourceSpans":[{
      "resource":{"attributes":[
        {"key":"service.name","value":{"stringValue":"shop ALL"}},
        {"key":"k ALL","value":{"stringValue":"v ALL"}}]},
      "scopeSpans":[{"scope":{"name":"n ALL","version":"v ALL"},"spans":[{
        "traceId":"%032x","spanId":"%016x","name":"POST /pay ALL","kind":2,
        "startTimeUnixNano":"%d000000","endTimeUnixNano":"%d000000",
        "status":{"code":2,"message":"m ALL"},
        "attributes":[
          {"key":"k ALL","value":{"stringValue":"v ALL"}},
          {"key":"list","value":{"arrayValue":{"values":[{"stringValue":"ALL"}]}}},
          {"key":"map","value":{"kvlistValue":{"values":[
            {"key":"db.password","value":{"stringValue":"SECRET"}}]}}},
          {"key":"authorization","value":{"stringValue":"Bearer SECRET"}}],
        "events":[{"timeUnixNano":"%d000000","name":"exception","attributes":[
          {"key":"exception.type","value":{"stringValue":"T ALL"}},
          {"key":"exception.message","value":{"stringValue":"m ALL"}},
          {"key":"exception.stacktrace","value":{"stringValue":"at ALL"}}]}]}]}]}]}
    """
        .formatted(number + 1, number + 1, now - 50, now, now)
        .replace("ALL", all())
        .replace("SECRET", CANARIES.get("secret"));
  }

  private static String event(int number) {
    return """
    {"type":"COMPLETED","traceId":"t-%d-EMAIL","spanId":"s-EMAIL","parentSpanId":"p-EMAIL",
     "serviceName":"planner ALL","operationName":"plan ALL","currentOperation":"now ALL",
     "durationMicros":1000,
     "context":{"contextId":"c ALL","planId":"p ALL","userId":"u ALL","sessionId":"s ALL",
       "correlationId":"x ALL"},
     "tags":{"k ALL":"v ALL","o":{"n ALL":["ALL"],"password":"SECRET"}},
     "metadata":{"k ALL":"v ALL","set-cookie":"SECRET"},
     "customMetrics":{"m ALL":1},
     "events":[{"eventType":"t ALL","eventName":"n ALL","attributes":{"k ALL":"v ALL"}}],
     "outcome":{"success":false,"resultType":"r ALL","output":"o ALL",
       "error":{"type":"t ALL","message":"m ALL","stack":"s ALL"}}}
    """
        .formatted(number)
        .replace("ALL", all())
        .replace("EMAIL", CANARIES.get("email"))
        .replace("SECRET", CANARIES.get("secret"));
  }

  private static List<String> answers(GatewayApp gateway, ProcessorApp processor, SinkApp sink)
      throws Exception {
    List<String> answers = new ArrayList<>();
    for (String path :
        List.of(
            "/monitoring/dashboard",
            "/monitoring/analytics?timeRange=15m&granularity=10s&operations=*",
            "/monitoring/anomalies",
            "/monitoring/services",
            "/metrics")) {
      answers.add(get(processor.url() + path));
    }
    for (String path :
        List.of("/api/v2/alerts", "/api/v1/notifications", "/api/v2/status", "/metrics")) {
      answers.add(get(sink.url() + path));
    }
    answers.add(get(gateway.url() + "/metrics"));
    return answers;
  }

  private static Map<String, Collection<byte[]>> topics(String bootstrapServers) {
    Map<String, Collection<byte[]>> found = new HashMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.listTopics().entrySet().stream()
              .flatMap(
                  topic ->
                      topic.getValue().stream()
                          .map(p -> new TopicPartition(topic.getKey(), p.partition())))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          Collection<byte[]> texts =
              found.computeIfAbsent(record.topic(), topic -> new ArrayList<>());
          texts.add(record.key() == null ? new byte[0] : record.key());
          texts.add(record.value() == null ? new byte[0] : record.value());
          for (Header header : record.headers()) {
            texts.add(header.value() == null ? new byte[0] : header.value());
          }
        }
      }
    }
    assertThat(found).containsKeys("traces", "anomalies", "notifications", "audit-entries");
    return found;
  }

  private static Map<String, Collection<byte[]>> files(Path directory) throws IOException {
    Map<String, Collection<byte[]>> found = new HashMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(file.toString(), List.of(Files.readAllBytes(file)));
      }
    }
    assertThat(found.keySet()).anyMatch(name -> name.endsWith(".sst") || name.endsWith(".log"));
    return found;
  }

  private static void assertNowhere(String what, Map<String, ? extends Collection<byte[]>> places) {
    List<String> leaks = new ArrayList<>();
    List<String> masked = new ArrayList<>();
    places.forEach(
        (place, texts) -> {
          for (byte[] text : texts) {
            String latin = new String(text, ISO_8859_1);
            if (latin.contains("[email]")) {
              masked.add(place);
            }
            CANARIES.forEach(
                (name, canary) -> {
                  if (latin.contains(canary)) {
                    leaks.add(name + " in " + place);
                  }
                });
          }
        });
    assertThat(leaks.stream().distinct()).as(what).isEmpty();
    assertThat(masked)
        .as("%s in which the masks can be read, so the canaries could be", what)
        .isNotEmpty();
  }

  private HttpServer webhook() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          posts.add(exchange.getRequestBody().readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static ReceiverConfig ops(HttpServer webhook) {
    return new ReceiverConfig(
        "ops",
        new WebhookConfig(
            Secret.of("http://127.0.0.1:" + webhook.getAddress().getPort() + "/"),
            Secret.NONE,
            true,
            true,
            Duration.ofSeconds(3),
            Duration.ofSeconds(10)));
  }

  private static String post(String url, String body) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String get(String url) throws Exception {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : 2 * digit;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 == 0;
  }
}
