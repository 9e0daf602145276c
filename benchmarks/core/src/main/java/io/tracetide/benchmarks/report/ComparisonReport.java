package io.tracetide.benchmarks.report;

import io.tracetide.benchmarks.measurement.Measurement;
import io.tracetide.benchmarks.measurement.Medians;
import io.tracetide.benchmarks.variant.Variant;
import java.util.List;

/**
 * The comparison of whole pipelines.
 *
 * @param setting lines on what was run and how
 * @param measurements every run in order
 */
public record ComparisonReport(List<String> setting, List<Measurement> measurements) {

  public ComparisonReport {
    setting = List.copyOf(setting);
    measurements = List.copyOf(measurements);
  }

  /** Whether all results of all variants were correct in every round. */
  public boolean isRight() {
    return measurements.stream().allMatch(m -> m.verdict().isRight());
  }

  /** Medians, and the costs of the others in multiples of Tracetide's. */
  public String summary() {
    Medians medians = new Medians(measurements);
    Variant ours =
        medians.variants().stream().filter(Variant::isTracetide).findFirst().orElse(Variant.OURS);
    Table table =
        new Table(
            "variant",
            "CPU s per million",
            "cost vs " + ours.label(),
            "events/s",
            "CPU s, whole run",
            "peak RSS MiB",
            "results");
    for (Variant variant : medians.variants()) {
      double cpu = medians.cpuSecondsPerMillion(variant);
      table.row(
          variant.label(),
          Figures.shortly(cpu),
          Figures.ratio(cpu / medians.cpuSecondsPerMillion(ours)),
          Figures.whole(medians.of(variant, m -> m.steady().eventsPerSecond())),
          Figures.shortly(medians.of(variant, Measurement::cpuSeconds)),
          Figures.mebibytes(medians.of(variant, ComparisonReport::peakRss)),
          answers(medians, variant));
    }
    return table.markdown();
  }

  private static String answers(Medians medians, Variant variant) {
    if (!medians.isRight(variant)) {
      return "WRONG";
    }
    return variant.answers() ? "equal" : "none (all read)";
  }

  private static double peakRss(Measurement m) {
    return m.peakRssBytes().isPresent() ? m.peakRssBytes().getAsLong() : Double.NaN;
  }

  /** Every run. */
  public String rounds() {
    Table table =
        new Table(
            "round",
            "variant",
            "CPU s per million",
            "events/s",
            "CPU s, whole run",
            "seconds",
            "peak RSS MiB",
            "results");
    for (Measurement m : measurements) {
      table.row(
          String.valueOf(m.round()),
          m.variant().label(),
          Figures.shortly(m.steady().cpuSecondsPerMillion()),
          Figures.whole(m.steady().eventsPerSecond()),
          Figures.shortly(m.cpuSeconds()),
          Figures.shortly(m.seconds()),
          Figures.mebibytes(peakRss(m)),
          m.verdict().describe());
    }
    return table.markdown();
  }

  /** The medians as a picture. */
  public BarChart chart() {
    Medians medians = new Medians(measurements);
    return new BarChart(
        "CPU seconds per million events, steady state, median of the rounds",
        medians.variants().stream()
            .map(v -> new BarChart.Bar(v.label(), medians.cpuSecondsPerMillion(v), v.isTracetide()))
            .toList());
  }

  /**
   * Everything as a document.
   *
   * @param picture file name of the picture beside it
   */
  public String markdown(String picture) {
    StringBuilder text = new StringBuilder("# Comparison of pipelines\n\n");
    setting.forEach(line -> text.append("- ").append(line).append('\n'));
    text.append("\n## Medians\n\n").append(summary());
    text.append("\n![").append(chart().title()).append("](").append(picture).append(")\n");
    text.append("\n## Every round\n\n").append(rounds());
    text.append("\n## Variants\n\n");
    for (Variant variant : new Medians(measurements).variants()) {
      text.append("- `").append(variant.label()).append("`: ").append(variant.what()).append('\n');
    }
    return text.toString();
  }
}
