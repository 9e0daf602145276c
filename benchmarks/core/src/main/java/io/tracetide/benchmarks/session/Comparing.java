package io.tracetide.benchmarks.session;

import io.tracetide.benchmarks.measurement.Measurement;
import io.tracetide.benchmarks.measurement.Medians;
import io.tracetide.benchmarks.report.Figures;
import io.tracetide.benchmarks.report.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Measurements of Tracetide in several named cases. */
public final class Comparing {

  private final Map<String, List<Measurement>> cases = new LinkedHashMap<>();

  /** Adds a round and prints it. */
  public void add(String name, Measurement m) {
    cases.computeIfAbsent(name, n -> new ArrayList<>()).add(m);
    Terminal.step(
        String.format(
            Locale.ROOT,
            "round %d, %s: %s CPU s per million, %s",
            m.round(),
            name,
            Figures.shortly(m.steady().cpuSecondsPerMillion()),
            m.verdict().describe()));
  }

  public boolean isRight() {
    return cases.values().stream().flatMap(List::stream).allMatch(m -> m.verdict().isRight());
  }

  /** Median of a value over the rounds of a case. */
  public double median(String name, ToDoubleFunction<Measurement> figure) {
    return Medians.median(
        cases.getOrDefault(name, List.of()).stream().mapToDouble(figure).toArray());
  }

  public double cpuSecondsPerMillion(String name) {
    return median(name, m -> m.steady().cpuSecondsPerMillion());
  }

  /** Every round of every case. */
  public Table rounds() {
    Table table =
        new Table("round", "case", "CPU s per million", "events/s", "peak RSS MiB", "results");
    cases.forEach(
        (name, measurements) ->
            measurements.forEach(
                m ->
                    table.row(
                        String.valueOf(m.round()),
                        name,
                        Figures.shortly(m.steady().cpuSecondsPerMillion()),
                        Figures.whole(m.steady().eventsPerSecond()),
                        m.peakRssBytes().isPresent()
                            ? Figures.mebibytes((double) m.peakRssBytes().getAsLong())
                            : "-",
                        m.verdict().describe())));
    return table;
  }
}
