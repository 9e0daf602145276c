package io.tracetide.standalone.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.SinkApp;
import io.tracetide.gateway.GatewayApp;
import io.tracetide.processor.ProcessorApp;
import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.broker.EmbeddedKafka;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.config.Placement;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.launch.PipelineFixture;
import io.tracetide.standalone.launch.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A broker that lets in only who has a name and a password: every role, and every tool. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScramIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USER = "tracetide";
  private static final String LATE = "let-in-later";
  private static final String PASSWORD = "right-4f1c9e";
  private static final String WRONG = "wrong-77ab03";

  private final Closers closers = new Closers();
  private final HttpClient http = HttpClient.newHttpClient();

  private Path directory;
  private Placement placement;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    placement =
        new Placement(
            LoopbackPort.free(),
            URI.create(PipelineFixture.sharedRegistryUrl()).getPort(),
            0,
            0,
            0,
            0,
            directory.resolve("state"),
            DashboardConfig.defaults());
    Path kafka = directory.resolve("kafka");
    try (EmbeddedKafka open = EmbeddedKafka.start(kafka, placement.kafkaPort(), PATIENCE);
        Admin admin = Admin.create(Map.of("bootstrap.servers", open.bootstrapServers()))) {
      admin
          .alterUserScramCredentials(
              List.of(credentials("broker", "inter-broker"), credentials(USER, PASSWORD)))
          .all()
          .get();
    }
    closers.add(
        "kafka",
        EmbeddedKafka.start(
            kafka,
            placement.kafkaPort(),
            PATIENCE,
            Map.of(
                "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                "sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512",
                "listener.name.plaintext.scram-sha-512.sasl.jaas.config",
                    jaas("broker", "inter-broker"))));
    assertThat(CommandLineUnderTest.run("topics", "--create", "-c", config(PASSWORD).toString()))
        .extracting(CommandLineUnderTest::exit)
        .isEqualTo(ExitCodes.OK);
  }

  @AfterAll
  void stop() {
    closers.close();
  }

  private static UserScramCredentialUpsertion credentials(String user, String password) {
    return new UserScramCredentialUpsertion(
        user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password);
  }

  private static String jaas(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, password);
  }

  /** For files, whose names may be logged. */
  private static String name(String password) {
    return password.equals(PASSWORD) ? "good" : "bad";
  }

  /** As the documentation has it: the password is in a file of its own. */
  private Path config(String password) throws Exception {
    Path secret = Files.writeString(directory.resolve(name(password) + ".secret"), password + "\n");
    return Files.writeString(
        directory.resolve(name(password) + ".yaml"),
        """
        kafka:
          bootstrapServers: "%s"
          properties:
            security.protocol: SASL_PLAINTEXT
            sasl.mechanism: SCRAM-SHA-512
            sasl.jaas.config: '%s'
        registry: { url: "%s" }
        processor: { stateDir: "%s" }
        sink: { stateDir: "%s" }
        gateway: { listener: { port: 0 }, grpc: { port: 0 } }
        """
            .formatted(
                placement.bootstrapServers(),
                jaas(password.equals(PASSWORD) ? USER : LATE, "${file:" + secret + "}"),
                placement.registryUrl(),
                directory.resolve("state/" + name(password) + "/processor"),
                directory.resolve("state/" + name(password) + "/sink")));
  }

  private TracetideConfig read(String password) throws Exception {
    TracetideConfig read = TracetideConfig.read(List.of(config(password)), Map.of());
    return new Placement(
            placement.kafkaPort(),
            placement.registryPort(),
            0,
            0,
            0,
            0,
            directory.resolve("state-" + name(password)),
            DashboardConfig.defaults())
        .applyTo(read);
  }

  @Test
  void shouldCarryWorkFromTheGatewayToTheAlert() throws Exception {
    TracetideConfig c = read(PASSWORD);
    try (GatewayApp gateway =
            GatewayApp.start(c.gateway(), c.kafka(), c.registry(), Clock.systemUTC());
        ProcessorApp processor =
            ProcessorApp.start(c.processor(), c.kafka(), c.registry(), Clock.systemUTC());
        SinkApp sink = SinkApp.start(c.sink(), c.kafka(), c.registry(), Clock.systemUTC())) {
      new Readiness().await("gateway", gateway.url(), PATIENCE, () -> {});
      new Readiness().await("processor", processor.url(), PATIENCE, () -> {});
      new Readiness().await("sink", sink.url(), PATIENCE, () -> {});

      // A critical event is an anomaly at once, and so an alert.
      post(
          gateway.url() + "/v1/trace-events",
          """
          [{"type":"COMPLETED","status":"COMPLETED","traceId":"t1","serviceName":"shop","operationName":"pay","durationMicros":1000,
            "events":[{"eventType":"trace_milestone","eventName":"vault opened","attributes":{"severity":"critical"}}]}]
          """);

      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () -> {
                assertThat(get(processor.url() + "/monitoring/anomalies").path("total").asInt())
                    .isEqualTo(1);
                assertThat(get(sink.url() + "/api/v2/alerts")).hasSize(1);
              });
      for (String command : List.of("audit verify", "cardinality", "topics")) {
        CommandLineUnderTest run =
            CommandLineUnderTest.run((command + " --config " + config(PASSWORD)).split(" "));
        assertThat(run.exit()).as(command + ": " + run.out()).isEqualTo(ExitCodes.OK);
      }
      // It found the critical event, for which it exits 1.
      assertThat(
              CommandLineUnderTest.run("contracts", "dry-run", "-c", config(PASSWORD).toString())
                  .out())
          .contains("1 traces");
    }
  }

  /**
   * What a wrong password leads to: readiness says it, the log says it seldom, nothing dies, and
   * all goes well once Kafka lets the user in.
   */
  @Test
  void shouldSayThatThePasswordIsWrongAndKeepTrying() throws Exception {
    TracetideConfig c = read(WRONG);
    PrintStream stderr = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    System.setErr(new PrintStream(logged, true, UTF_8));
    try (GatewayApp gateway =
            GatewayApp.start(c.gateway(), c.kafka(), c.registry(), Clock.systemUTC());
        ProcessorApp processor =
            ProcessorApp.start(c.processor(), c.kafka(), c.registry(), Clock.systemUTC());
        SinkApp sink = SinkApp.start(c.sink(), c.kafka(), c.registry(), Clock.systemUTC())) {
      for (String url : List.of(gateway.url(), processor.url(), sink.url())) {
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofSeconds(1))
            .untilAsserted(
                () ->
                    assertThat(send(url + "/readyz"))
                        .as(url)
                        .matches(answer -> answer.statusCode() == 503)
                        .extracting(HttpResponse::body)
                        .asString()
                        .contains("Kafka refuses the credentials"));
      }
      String first = logged.toString(UTF_8);
      assertThat(first).doesNotContain(WRONG);
      assertThat(first.lines().filter(line -> line.contains("asking again every 5 s")))
          .as("one line for each role in:%n%s", first)
          .hasSize(3);
      Thread.sleep(Duration.ofSeconds(10).toMillis()); // Until clients have come to wait longer.
      logged.reset();
      Thread.sleep(Duration.ofSeconds(20).toMillis());
      for (String url : List.of(gateway.url(), processor.url(), sink.url())) {
        assertThat(send(url + "/readyz").statusCode()).as(url).isEqualTo(503);
        assertThat(send(url + "/livez").statusCode()).as(url).isEqualTo(200);
      }
      assertThat(processor.failed().getCount()).as("the processor goes on").isEqualTo(1);
      assertThat(sink.failed().getCount()).as("the sink goes on").isEqualTo(1);
      assertThatItIsQuiet(logged.toString(UTF_8));
      assertThat(CommandLineUnderTest.run("topics", "-c", config(WRONG).toString()).exit())
          .isEqualTo(ExitCodes.ENVIRONMENT);

      Map<String, Object> settings = new HashMap<>(read(PASSWORD).kafka().properties());
      settings.put("bootstrap.servers", placement.bootstrapServers());
      try (Admin admin = Admin.create(settings)) {
        admin.alterUserScramCredentials(List.of(credentials(LATE, WRONG))).all().get();
      }
      for (String url : List.of(gateway.url(), processor.url(), sink.url())) {
        new Readiness().await("role at " + url, url, PATIENCE, () -> {});
      }
    } finally {
      System.setErr(stderr);
    }
  }

  private static void assertThatItIsQuiet(String log) {
    assertThat(log).doesNotContain(WRONG);
    assertThat(log.lines().filter(line -> line.contains("failed authentication")))
        .as("attempts of three roles in 20 s:%n%s", log)
        .hasSizeBetween(3, 60);
    assertThat(log.lines().count()).as("lines in 20 s:%n%s", log).isLessThan(200);
  }

  private JsonNode get(String url) throws Exception {
    HttpResponse<String> answer = send(url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> send(String url) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void post(String url, String json) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
