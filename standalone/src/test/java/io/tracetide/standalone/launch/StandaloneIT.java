package io.tracetide.standalone.launch;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.cardinality.OperationTemplate;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.registry.HttpSchemaRegistry;
import io.tracetide.schemas.registry.RegistrySettings;
import io.tracetide.schemas.topic.SubjectCatalog;
import io.tracetide.schemas.topic.Topics;
import io.tracetide.standalone.access.Credentials;
import io.tracetide.standalone.check.ReplayCheck;
import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.cli.Main;
import io.tracetide.standalone.environment.DataDirectory;
import io.tracetide.standalone.process.PidFile;
import io.tracetide.standalone.replay.IdSalt;
import io.tracetide.standalone.replay.OtlpSender;
import io.tracetide.standalone.replay.Recording;
import io.tracetide.standalone.replay.Replay;
import io.tracetide.standalone.replay.ReplayPace;
import io.tracetide.standalone.replay.ReplayTally;
import io.tracetide.standalone.replay.SpanTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it, as a person starts it: one data directory, several lives. */
class StandaloneIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int SPANS = 20_000;

  @TempDir Path directory;

  /** One run of the launcher. */
  private final class Life implements AutoCloseable {
    private final Closers closers = new Closers();
    private final Map<String, String> ready;

    Life() throws Exception {
      Path config =
          Files.writeString(
              directory.resolve("tracetide.yaml"),
              """
              standalone: {kafkaPort: 0, registryPort: 0}
              gateway: {listener: {port: 0}}
              processor: {listener: {port: 0}}
              sink: {listener: {port: 0}}
              """);
      try {
        DataDirectory data = closers.add("data", DataDirectory.claim(directory.resolve("data")));
        Standalone standalone =
            Standalone.start(
                new Standalone.Options(data, List.of(config), 0, false, Main.class),
                Map.of(),
                Clock.systemUTC(),
                new Progress(System.out),
                closers);
        ready = fields(standalone.readyLine());
      } catch (Exception e) {
        closers.close();
        throw e;
      }
    }

    String url(String field) {
      return ready.get(field);
    }

    @Override
    public void close() {
      closers.close();
    }
  }

  private static Map<String, String> fields(String readyLine) {
    assertThat(readyLine).startsWith("READY ");
    Map<String, String> fields = new java.util.HashMap<>();
    for (String field : readyLine.substring("READY ".length()).split(" ")) {
      fields.put(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
    }
    return fields;
  }

  @Test
  void shouldGiveTheSameAnswersWhenTheProcessorIsKilledAndAllIsStartedAgain() throws Exception {
    SpanTable table = (SpanTable) Recording.open(recording());
    long shift = Replay.shiftToNow(table.lastEndMs(), System.currentTimeMillis());
    int schemaId;
    try (Life life = new Life()) {
      schemaId = schemaId(life);
      ReplayTally tally =
          replay(table, shift, URI.create(life.url("otlp-http")).resolve("/v1/traces"));
      assertThat(tally.accepted()).isEqualTo(SPANS);
      check(table, shift, life);
    }
    try (Life life = new Life()) {
      assertThat(schemaId(life)).isEqualTo(schemaId);
      check(table, shift, life);
      assertThat(meter(life, "tracetide_processor_events_aggregated_total"))
          .as("events counted again after the restart")
          .isZero();
      assertThatToolsFindIt();
      assertThatASecondReplayIsCountedToo(life);
    }
    assertThat(tool("topics").exit()).as("after the end").isEqualTo(ExitCodes.ENVIRONMENT);
  }

  /** By nothing but its data directory, although every port is another one than usual. */
  private void assertThatToolsFindIt() {
    for (String command : List.of("topics", "audit verify", "cardinality", "contracts dry-run")) {
      CommandLineUnderTest run = tool(command);
      assertThat(run.exit()).as(command + ": " + run.out()).isEqualTo(ExitCodes.OK);
    }
  }

  private CommandLineUnderTest tool(String command) {
    return CommandLineUnderTest.run(
        (command + " --data-dir " + directory.resolve("data")).split(" "));
  }

  /** The same recording in the same minutes is other work, which the check tells apart. */
  private void assertThatASecondReplayIsCountedToo(Life life) {
    CommandLineUnderTest run =
        tool(
            "check-replay %s --to %s --shift-to-now"
                .formatted(directory.resolve("spans.csv"), life.url("otlp-http")));

    assertThat(run.out())
        .contains("salt=", "EQUAL spans=20000 answered=20000", "before the replay");
    assertThat(run.exit()).as(run.out()).isEqualTo(ExitCodes.OK);
  }

  /** Two services over half an hour, from a seed. */
  private Path recording() throws IOException {
    Random random = new Random(11);
    StringBuilder csv = new StringBuilder("start_ms,service,operation,duration_us,error\n");
    for (int i = 0; i < SPANS; i++) {
      csv.append(1_700_000_000_000L + random.nextInt(1_800_000))
          .append(random.nextBoolean() ? ",orders,POST /orders," : ",stock,GET /stock,")
          .append(500 + (long) Math.exp(8 + random.nextGaussian()))
          .append(random.nextInt(50) == 0 ? ",1\n" : ",0\n");
    }
    return Files.writeString(directory.resolve("spans.csv"), csv);
  }

  /** Sends it and kills the processor in the middle. */
  private ReplayTally replay(SpanTable table, long shift, URI endpoint) throws Exception {
    PidFile pid = new PidFile(directory.resolve("data/run/processor.pid"));
    ProcessHandle processor = pid.process().orElseThrow();
    return new Replay(
            table,
            new Replay.Settings(shift, IdSalt.random(), 500, 2, OtlpSender.Settings.to(endpoint)),
            ReplayPace.max(),
            t -> {
              if (t.sent() >= SPANS / 2) {
                processor.destroyForcibly();
              }
            })
        .run();
  }

  private static void check(SpanTable table, long shift, Life life) throws Exception {
    ReplayCheck.Result result =
        new ReplayCheck(
                table,
                shift,
                OperationTemplate::of,
                URI.create(life.url("dashboard")),
                Credentials.NONE)
            .run(ReplayCheck.Patience.of(PATIENCE), progress -> {});
    assertThat(result.isEqual()).as(result.summary() + " " + result.differences()).isTrue();
  }

  private static int schemaId(Life life) {
    try (HttpSchemaRegistry registry =
        HttpSchemaRegistry.create(RegistrySettings.of(life.url("registry")))) {
      return registry.lookup(
          SubjectCatalog.valueSubject(Topics.TRACES), TraceEvent.getClassSchema());
    }
  }

  private static double meter(Life life, String name) throws Exception {
    String metrics =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(life.url("dashboard") + "/metrics")).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    Matcher line = Pattern.compile("(?m)^" + name + " ([0-9.E+]+)$").matcher(metrics);
    assertThat(line.find()).as(name + " in " + metrics).isTrue();
    return Double.parseDouble(line.group(1));
  }
}
