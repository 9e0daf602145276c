package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.runtime.life.Closers;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.standalone.check.alert.AlertChecks;
import io.tracetide.standalone.check.alert.AlertChecks.Check;
import io.tracetide.standalone.check.alert.CheckSettings;
import io.tracetide.standalone.check.alert.Property;
import io.tracetide.standalone.cli.progress.StatusLine;
import io.tracetide.standalone.launch.UntilSignal;
import io.tracetide.standalone.log.RotatedLog;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks the guarantees of alerting. */
@Command(
    name = "check-alerts",
    description = {
      "Starts a broker, a schema registry, a webhook and instances of the alert sink, kills and"
          + " freezes them under load,",
      "and compares what the webhook receives with what was sent.",
      "Prints one line per guarantee, and exits 1 when one does not hold."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class CheckAlertsCommand implements Callable<Integer> {
  private static final int MOST_KILLS = 10_000;
  private static final int MOST_ALERTS = 1_000_000;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "CHECK",
      arity = "0..*",
      description =
          "kills, silences, restart, latency, storm or memory; all of them if none is given")
  private List<Check> checks = List.of();

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "kills of the checks kills and silences; the check restart has a tenth (default:"
              + " ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--instances",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "instances of the sink in the checks kills, silences and restart: 1 or 2 (default:"
              + " ${DEFAULT-VALUE})")
  private int instances;

  @Option(
      names = "--freeze",
      paramLabel = "DURATION",
      defaultValue = "60s",
      description =
          "how long one of two instances is frozen in the check kills; 0 for not at all (default:"
              + " ${DEFAULT-VALUE})")
  private String freeze;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the random numbers (default: random)")
  private @Nullable Long seed;

  @Option(
      names = "--storm",
      paramLabel = "N",
      defaultValue = "10000",
      description = "alerts of the check storm, within 10 s (default: ${DEFAULT-VALUE})")
  private int storm;

  @Option(
      names = "--held",
      paramLabel = "N",
      defaultValue = "100000",
      description = "alerts of the check memory, a multiple of 100 (default: ${DEFAULT-VALUE})")
  private int held;

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description =
          "an empty directory for data and logs, which is kept (default: a temporary one, which is"
              + " deleted)")
  private @Nullable Path kept;

  @Override
  public Integer call() throws IOException, InterruptedException {
    CheckSettings settings = settings();
    Path directory = kept == null ? Files.createTempDirectory("tracetide-alerts") : kept;
    Closers closers = new UntilSignal().closers();
    if (kept == null) {
      closers.add("directory", () -> delete(directory));
    }
    Files.createDirectories(directory);
    boolean holds = true;
    try (StatusLine status = StatusLine.onStandardError()) {
      // The log of the broker, which runs in this process.
      System.setErr(
          new PrintStream(new RotatedLog(directory.resolve("log")), true, StandardCharsets.UTF_8));
      String registry = AlertChecks.startRegistry(directory, closers);
      AlertChecks runs = new AlertChecks(directory, registry, Main.class, settings);
      for (Check check : checks.isEmpty() ? List.of(Check.values()) : checks) {
        for (Property property :
            runs.run(check, line -> status.update(name(check) + ": " + line), closers)) {
          holds &= property.holds();
          property.lines().forEach(line -> System.out.println(name(check) + " " + line));
        }
      }
    } finally {
      closers.close();
    }
    return holds ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private static String name(Check check) {
    return check.name().toLowerCase(Locale.ROOT);
  }

  private CheckSettings settings() {
    Duration frozen =
        DurationFormat.parse(freeze)
            .filter(time -> time.compareTo(Duration.ofMinutes(10)) <= 0)
            .orElseThrow(() -> wrong("--freeze must be a duration up to 10m, got " + freeze));
    requireRange("--kills", kills, 1, MOST_KILLS);
    requireRange("--instances", instances, 1, 2);
    requireRange("--storm", storm, 100, MOST_ALERTS);
    requireRange("--held", held, 100, MOST_ALERTS);
    return new CheckSettings(
        kills,
        instances,
        frozen,
        seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed,
        storm,
        held - held % 100);
  }

  private void requireRange(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw wrong("%s must be %d to %d, got %d".formatted(option, min, max, value));
    }
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }

  private static void delete(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(directory)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.deleteIfExists(file);
    }
  }
}
