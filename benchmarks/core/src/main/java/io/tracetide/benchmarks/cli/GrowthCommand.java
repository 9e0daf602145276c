package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.cli.traffic.WorkloadOptions;
import io.tracetide.benchmarks.measurement.Bench;
import io.tracetide.benchmarks.measurement.Measurement;
import io.tracetide.benchmarks.measurement.Medians;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.LimitCheck;
import io.tracetide.benchmarks.report.Machine;
import io.tracetide.benchmarks.report.PlainReport;
import io.tracetide.benchmarks.report.Table;
import io.tracetide.benchmarks.session.Comparing;
import io.tracetide.benchmarks.session.Session;
import io.tracetide.benchmarks.session.Terminal;
import io.tracetide.benchmarks.truth.Truth;
import io.tracetide.benchmarks.workload.EventWriter;
import io.tracetide.benchmarks.workload.Workload;
import io.tracetide.runtime.life.ExitCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Measures whether the cost of an event grows with the number of earlier events. */
@Command(
    name = "growth",
    description = {
      "Divides runs into eighths of their events and compares their cost; the first is",
      "mostly compiling, so the last is compared with the second."
    },
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class GrowthCommand implements Callable<Integer> {

  private static final int PARTS = 8;
  private static final double LIMIT = 1.1;

  @Mixin private WorkloadOptions workload;
  @Mixin private RunOptions run;
  @Mixin private RoundOptions rounds;
  @Mixin private ReportOption report;

  @Override
  public Integer call() throws InterruptedException {
    run.check();
    int last = rounds.rounds();
    Workload events = workload.workload(Clock.systemUTC(), Long.MAX_VALUE);
    Truth truth = Truth.of(events);
    Comparing comparing = new Comparing();
    try (Session session = run.open()) {
      double bytes = session.write(events, EventWriter.Key.TRACE);
      Bench bench =
          new Bench(
              "growth",
              session.platform(),
              truth,
              run.launcher(),
              run.threads(),
              run.commitInterval(),
              (variant, round, done) -> Terminal.progress("growth", done, events.events()));
      List<Measurement> measurements = new ArrayList<>();
      for (int round = 1; round <= last; round++) {
        Measurement m = bench.run(rounds.variant(), round);
        measurements.add(m);
        comparing.add(m.variant().label(), m);
      }
      publish(events, bytes, measurements, comparing);
    }
    return comparing.isRight() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private void publish(
      Workload events, double bytes, List<Measurement> measurements, Comparing comparing) {
    Table table = new Table("events", "CPU s per million, median");
    for (int part = 0; part < PARTS; part++) {
      table.row(
          String.format(
              Locale.ROOT,
              "%s to %s",
              Figures.whole(at(events, part)),
              Figures.whole(at(events, part + 1))),
          Figures.shortly(cost(events, measurements, part)));
    }
    double growth = cost(events, measurements, PARTS - 1) / cost(events, measurements, 1);
    List<String> setting = new ArrayList<>();
    setting.add(Machine.describe());
    setting.add(WorkloadOptions.describe(events, bytes));
    setting.addAll(run.describe());
    report.publish(
        new PlainReport("Cost of an event by the number of earlier events", setting)
            .checks(
                List.of(
                    new LimitCheck("CPU of the last eighth, times the second's", growth, LIMIT)))
            .table("Cost of each eighth", table)
            .table("Every round", comparing.rounds()));
  }

  private static double at(Workload events, int part) {
    return (double) events.events() * part / PARTS;
  }

  private static double cost(Workload events, List<Measurement> measurements, int part) {
    double from = at(events, part);
    double to = at(events, part + 1);
    return Medians.median(
        measurements.stream()
            .mapToDouble(
                m -> (m.run().cpuSecondsAt(to) - m.run().cpuSecondsAt(from)) / (to - from) * 1e6)
            .toArray());
  }
}
