package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.anomaly.AnomalyHistory;
import io.tracetide.benchmarks.anomaly.AnomalyHistory.Difference;
import io.tracetide.benchmarks.anomaly.AnomalyRuns;
import io.tracetide.benchmarks.anomaly.FaultyLoad;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.runtime.life.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the effect of kills, repetitions and the JVM on anomalies. */
@Command(
    name = "anomalies",
    description = {
      "Kills the processor (-9) at random times while spans with injected faults arrive, and",
      "compares its anomalies with those of processors that get the same spans without a kill, on",
      "this JVM and on another one: none may be lost, doubled or reopened, and all bytes be equal."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class AnomaliesCommand implements Callable<Integer> {
  private static final int MOST_DESCRIBED = 20;

  @Spec private CommandSpec spec;
  @Mixin private RunOptions run;
  @Mixin private ReportOption report;

  @Option(
      names = "--kills",
      paramLabel = "N",
      description = "number of kills (default: ${DEFAULT-VALUE}); each takes about 10 s",
      defaultValue = "30")
  private int kills;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of all random values (default: ${DEFAULT-VALUE})",
      defaultValue = "1")
  private long seed;

  @Option(
      names = "--other-java",
      paramLabel = "DIR",
      description = "home of another Java, for one more run")
  private @Nullable Path otherJava;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    if (kills < 1 || kills > 1_000) {
      throw new ParameterException(spec.commandLine(), "--kills must be from 1 to 1000");
    }
    Path java = otherJava;
    if (java != null && !Files.isExecutable(java.resolve("bin").resolve("java"))) {
      throw new ParameterException(
          spec.commandLine(), "--other-java: there is no bin/java in " + java);
    }
    FaultyLoad load = AnomalyRuns.load(kills, seed, Clock.systemUTC().instant());
    List<String> names = new ArrayList<>();
    List<AnomalyHistory> published = new ArrayList<>();
    try (Session session = run.open()) {
      AnomalyRuns runs = runs(session, load, run.launcher());
      Terminal.step("killing %d times, while %d windows arrive".formatted(kills, load.windows()));
      AnomalyHistory killed =
          runs.killed(kills, kill -> Terminal.step("killed %d of %d".formatted(kill, kills)));
      for (String name : List.of("first", "second", "third")) {
        Terminal.step("running without kills: " + name);
        names.add("without kills, " + name);
        published.add(runs.undisturbed(name));
      }
      names.add(kills + " kills");
      published.add(killed);
      if (java != null) {
        Terminal.step("running on " + java);
        names.add("without kills, on " + java.getFileName());
        published.add(runs(session, load, run.launcher().on(java)).undisturbed("other"));
      }
    }
    return publish(load, names, published) ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private AnomalyRuns runs(Session session, FaultyLoad load, Launcher launcher) {
    return new AnomalyRuns(session.platform(), load, launcher, run.threads(), run.commitInterval());
  }

  private boolean publish(FaultyLoad load, List<String> names, List<AnomalyHistory> published) {
    Table table =
        new Table(
            "run",
            "revised windows",
            "anomalies",
            "records",
            "lost",
            "additional",
            "doubled",
            "reopened",
            "not byte-identical",
            "SHA-256");
    AnomalyHistory first = published.get(0);
    boolean equal = true;
    for (int i = 0; i < names.size(); i++) {
      AnomalyHistory one = published.get(i);
      Difference difference = one.from(first);
      table.row(
          names.get(i),
          String.valueOf(one.revisedWindows()),
          String.valueOf(one.anomalies()),
          String.valueOf(one.records()),
          String.valueOf(difference.lost()),
          String.valueOf(difference.additional()),
          String.valueOf(difference.doubled()),
          String.valueOf(difference.reopened()),
          String.valueOf(difference.different()),
          one.digest().substring(0, 16));
      equal &= difference.isNone();
      describe(names.get(i), one, first);
    }
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(
        "24 operations, %d windows of 10 s, %d injected faults, grace %s; seed %d"
            .formatted(load.windows(), load.faults(), FaultyLoad.GRACE, seed));
    setting.addAll(run.describe());
    report.publish(new PlainReport("Anomalies under kills", setting).table("Anomalies", table));
    return equal && first.anomalies() > 0;
  }

  private static void describe(String name, AnomalyHistory one, AnomalyHistory first) {
    for (String id : one.differing(first).stream().limit(MOST_DESCRIBED).toList()) {
      Terminal.step("differs in %s: %s".formatted(name, id));
      first.describe(id).forEach(record -> Terminal.step("  expected " + record));
      one.describe(id).forEach(record -> Terminal.step("  got      " + record));
    }
  }
}
