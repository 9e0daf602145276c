package io.tracetide.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.access.AccessDecision;
import io.tracetide.runtime.access.Tokens;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.audit.AuditExport;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  @TempDir Path directory;

  private record Run(int exit, String out, String err) {}

  private static Run run(String... args) {
    PrintStream stdout = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StringWriter err = new StringWriter();
    try {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      CommandLine line =
          Main.commandLine()
              .setErr(new PrintWriter(err, true))
              .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
      int exit = line.execute(args);
      return new Run(exit, out.toString(StandardCharsets.UTF_8), err.toString());
    } finally {
      System.setOut(stdout);
    }
  }

  @Test
  void shouldExplainEveryCommandWhenAskedForHelp() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      Run run = run(command, "--help");
      assertThat(run.exit()).as(command).isZero();
      assertThat(run.out()).contains("Usage: tracetide " + command);
    }
  }

  @Test
  void shouldSayWhatIsWrongInOneLineWhenTheCommandLineIs() {
    assertThat(run("replay", "x.csv"))
        .isEqualTo(
            new Run(
                2,
                "",
                "tracetide replay: --to is missing, and no standalone runs in data; see 'tracetide"
                    + " replay --help'\n"));
    assertThat(run()).extracting(Run::exit).isEqualTo(2);
    assertThat(run("dance").exit()).isEqualTo(2);
    assertThat(run("dance").err())
        .contains("unknown command dance; there are standalone, ", "check-replay")
        .hasLineCount(1);
    assertThat(run("contracts", "dance").err()).contains("unknown command dance", "dry-run");
    assertThat(run("replay", "x", "--to", "http://x", "--speed", "0").err()).contains("above 0");
    assertThat(run("cardinality", "--from", "yesterday"))
        .isEqualTo(
            new Run(
                2,
                "",
                "tracetide cardinality: --from must be a duration such as 2h or a time such as"
                    + " 2026-03-01T12:00:00Z, got yesterday; see 'tracetide cardinality"
                    + " --help'\n"));
  }

  /** What picocli has to say of our annotations goes to standard error. */
  @Test
  void shouldExplainCommandsOfEveryDepthWithoutAWarning() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> explained = new ArrayList<>();
    try {
      System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
      explain(Main.commandLine(), explained);
    } finally {
      System.setErr(stderr);
    }

    assertThat(explained).contains("tracetide check-replay", "tracetide contracts dry-run");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private static void explain(CommandLine command, List<String> explained) {
    assertThat(command.getUsageMessage()).doesNotContain("%n", "%%", "<arg");
    explained.add(command.getCommandSpec().qualifiedName());
    command.getSubcommands().values().forEach(sub -> explain(sub, explained));
  }

  @ParameterizedTest
  @ValueSource(strings = {"70000", "56444", "2147483647", "-1", "-2147483648"})
  void shouldRefuseAnOffsetThatLeadsBeyondThePorts(String offset) {
    Run run = run("standalone", "--port-offset=" + offset, "--data-dir", "" + directory);

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("--port-offset must be 0 to 56442", "65535", "got " + offset)
        .hasLineCount(1);
    assertThat(directory).as("what was started").isEmptyDirectory();
  }

  @Test
  void shouldSayThatAnExportHasNoRecords() throws Exception {
    Path file = directory.resolve("empty.jsonl");
    try (OutputStream out = Files.newOutputStream(file)) {
      new AuditExport(
              out, new AuditExport.Range(Instant.EPOCH, Instant.EPOCH, "acme"), Instant.EPOCH)
          .end();
    }

    assertThat(run("audit", "verify", "--file", file.toString()))
        .isEqualTo(new Run(0, "file: holds, an export without records\n", ""));
    Files.write(file, new byte[0]);
    assertThat(run("audit", "verify", "--file", file.toString()))
        .isEqualTo(new Run(1, "file: broken: the file is empty: it is no export\n", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit verify",
        "audit export --out x",
        "topics",
        "cardinality",
        "contracts dry-run",
        "replay x.csv"
      })
  void shouldExit3WhenNoStandaloneRunsInTheDataDirectory(String command) throws Exception {
    Run run = run((command + " --data-dir " + directory).split(" "));

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.err())
        .isEqualTo(
            "tracetide: no standalone runs in %s: start one there, name another --data-dir, or name the addresses themselves\n"
                .formatted(directory));
  }

  @Test
  void shouldReportEveryProblemWhenTheConfigurationIsWrong() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("bad.yaml"),
            "topics: {partitions: 0}\nstandalone: {kafkaPrt: 1}\ngateway: {listener: {port: x}}\n");

    Run run = run("check-config", "--config", file.toString());

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err())
        .contains("topics.partitions", "standalone.kafkaPrt", "kafkaPort", "gateway.listener.port");
  }

  @Test
  void shouldAcceptAConfigurationWhenItIsRight() throws Exception {
    Path file = Files.writeString(directory.resolve("good.yaml"), "topics: {partitions: 8}\n");

    assertThat(run("check-config", "--config", file.toString())).isEqualTo(new Run(0, "OK\n", ""));
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    Run run = run("replay", directory.resolve("none.csv").toString(), "--to", "http://127.0.0.1:1");

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("none.csv").hasLineCount(1);
  }

  @Test
  void shouldListEveryKeyWithItsDefault() {
    Run run = run("check-config", "--defaults");

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines())
        .hasSameSizeAs(ConfigReader.keys(TracetideConfig.defaults()))
        .contains("standalone.kafkaPort\tint\t9092", "gateway.listener.port\tint\t4318")
        .allMatch(line -> line.split("\t", -1).length == 3);
  }

  @Test
  void shouldMakeATokenThatItsOwnLineAdmits() throws Exception {
    Run run = run("tokens", "create", "--class", "ingest", "--tenant", "acme \"x\"", "--id", "c-1");

    assertThat(run.exit()).as(run.err()).isZero();
    String[] lines = run.out().split("\n", -1);
    assertThat(lines[0]).matches("ti_c-1_[A-Za-z0-9_-]{43}");
    assertThat(lines[1]).startsWith("  ti_c-1: {sha256: [").doesNotContain(lines[0]);
    Path file = Files.writeString(directory.resolve("tokens.yaml"), "tokens:\n" + lines[1] + "\n");
    assertThat(Tokens.read(file).check(lines[0], Instant.EPOCH))
        .isInstanceOfSatisfying(
            AccessDecision.Admitted.class,
            admitted -> assertThat(admitted.caller().sendsFor()).contains("acme \"x\""));
  }

  @Test
  void shouldWriteATokenToAFileOfItsOwn() throws Exception {
    Path file = directory.resolve("query.token");
    String[] command = {
      "tokens",
      "create",
      "--class",
      "query",
      "--tenant",
      "a",
      "--tenant",
      "b",
      "--out",
      file.toString()
    };

    Run run = run(command);

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .matches("  tq_[0-9a-f]{8}: \\{sha256: \\[\\w{64}], tenants: \\[\"a\", \"b\"]}\n");
    assertThat(Files.readString(file)).matches("tq_[0-9a-f]{8}_[A-Za-z0-9_-]{43}\\R");
    assertThat(Files.getPosixFilePermissions(file))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    assertThat(run(command)).extracting(Run::exit).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "--class ingest, needs one --tenant",
    "--class ingest --tenant a --tenant b, needs one --tenant",
    "--class ingest --tenant *, needs one --tenant",
    "--class query, needs --tenant",
    "--class admin --tenant * --tenant a, alone",
    "--class peer --tenant a, has no --tenant",
    "--class query --tenant a --id a_b, letters",
    "--class root --tenant a, root",
  })
  void shouldMakeNoTokenThatOpensNothing(String options, String problem) {
    Run run = run(("tokens create " + options).split(" ", -1));

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(problem).hasLineCount(1);
  }

  @Test
  void shouldTakeTokensFromNowhereButFilesAndTheEnvironment() throws Exception {
    Path recording =
        Files.writeString(
            directory.resolve("x.csv"),
            "start_ms,service,operation,duration_us,error\n1,shop,pay,1000,0\n");

    assertThat(
            run(
                "replay",
                recording.toString(),
                "--to",
                "http://127.0.0.1:1",
                "--token-env",
                "NO_SUCH_TOKEN"))
        .extracting(Run::exit, run -> run.err().contains("NO_SUCH_TOKEN is not set"))
        .containsExactly(2, true);
    assertThat(
            run(
                    "replay",
                    recording.toString(),
                    "--to",
                    "http://127.0.0.1:1",
                    "--token-env",
                    "A",
                    "--token-file",
                    "b")
                .err())
        .contains("not both");
  }

  @Test
  void shouldCheckTheTokensAndCertificatesThatAConfigurationNames() throws Exception {
    Path tokens =
        Files.writeString(
            directory.resolve("tokens.yaml"), "tokens: {ti_x: {sha256: [1], tenants: [a]}}");
    Path file =
        Files.writeString(
            directory.resolve("named.yaml"),
            "gateway: {listener: {tokens: '%s'}}\n".formatted(tokens));

    Run run = run("check-config", "--config", file.toString());

    assertThat(run.exit()).isEqualTo(2);
    assertThat(run.err()).contains("tokens.yaml", "tokens.ti_x.sha256").hasLineCount(1);
    Files.writeString(file, "sink: {listener: {tls: {certificate: /none.pem, key: /none.key}}}\n");
    assertThat(run("check-config", "--config", file.toString()).err()).contains("/none.pem");
    Files.writeString(file, "sink: {listener: {host: 0.0.0.0}}\n");
    assertThat(run("sink", "--config", file.toString()))
        .extracting(Run::exit, run2 -> run2.err().lines().count())
        .containsExactly(2, 1L);
  }

  @Test
  void shouldExit3WhenKafkaIsAway() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("away.yaml"),
            String.format(
                Locale.ROOT,
                "kafka: {bootstrapServers: \"127.0.0.1:%d\"}\ntopics: {timeout: 500ms}\n",
                LoopbackPort.free()));

    String exported = "audit export --out " + directory.resolve("x.jsonl");
    for (String command :
        List.of("topics", "cardinality", "contracts dry-run", "audit verify", exported)) {
      Run run = run((command + " --config " + file).split(" "));

      assertThat(run.exit()).as(command).isEqualTo(3);
      assertThat(run.err()).hasLineCount(1);
    }
  }

  @Test
  void shouldExit3AndNameThePortWhenItIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path file =
          Files.writeString(
              directory.resolve("taken.yaml"),
              "standalone: {kafkaPort: %d}\n".formatted(other.getLocalPort()));
      PrintStream stderr = System.err;
      Run run;
      try {
        run =
            run(
                "standalone",
                "--config",
                file.toString(),
                "--data-dir",
                directory.resolve("data").toString());
      } finally {
        System.setErr(stderr);
      }

      assertThat(run.exit()).isEqualTo(3);
      assertThat(run.err())
          .contains("port " + other.getLocalPort() + " is taken", "--port-offset")
          .hasLineCount(1);
    }
  }
}
