package io.tracetide.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.benchmarks.measurement.Measurement;
import io.tracetide.benchmarks.measurement.SteadyState;
import io.tracetide.benchmarks.measurement.Trajectory;
import io.tracetide.benchmarks.truth.Verdict;
import io.tracetide.benchmarks.variant.Variant;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonReportTest {
  private static final Verdict RIGHT = new Verdict(10, 10, 0, 0, 0, 0.0098);
  private static final Verdict WRONG = new Verdict(10, 9, 1, 0, 0, 0);

  private static Measurement measured(Variant variant, int round, double cpu, Verdict verdict) {
    return new Measurement(
        variant,
        round,
        new Trajectory(),
        10,
        new SteadyState(cpu, 1_000_000 / cpu),
        10 * cpu,
        12,
        OptionalLong.of(300L << 20),
        verdict);
  }

  private static ComparisonReport report(Verdict ofFlink) {
    return new ComparisonReport(
        List.of("2 processors"),
        List.of(
            measured(Variant.OURS_CORE, 1, 2, RIGHT),
            measured(Variant.CONSUME, 1, 1, Verdict.ofCount(10, 10)),
            measured(Variant.FLINK_HEAP, 1, 5, ofFlink),
            measured(Variant.OURS_CORE, 2, 4, RIGHT),
            measured(Variant.CONSUME, 2, 1, Verdict.ofCount(10, 10)),
            measured(Variant.FLINK_HEAP, 2, 7, RIGHT)));
  }

  @Test
  void shouldReportMediansAndRatiosToTracetide() {
    String summary = report(RIGHT).summary();

    assertThat(summary.lines().skip(2))
        .satisfiesExactly(
            ours -> assertThat(ours).contains("ours-core", "3.00", "1.00x", "300", "equal"),
            consume -> assertThat(consume).contains("consume", "1.00", "0.33x", "none"),
            flink -> assertThat(flink).contains("flink-heap", "6.00", "2.00x", "equal"));
    assertThat(report(RIGHT).isRight()).isTrue();
  }

  @Test
  void shouldReportWrongResultsOfAnyRound() {
    ComparisonReport report = report(WRONG);

    assertThat(report.isRight()).isFalse();
    assertThat(report.summary().lines().filter(l -> l.contains("flink-heap")))
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .contains("WRONG");
    assertThat(report.rounds()).contains("WRONG: counted 9 of 10, 1 windows missing");
  }

  @Test
  void shouldWriteADocumentWithItsPictureBesideIt(@TempDir Path directory) throws IOException {
    ReportFile file = new ReportFile(directory.resolve("out/result.md"));

    file.write(report(RIGHT).markdown(file.pictureName()), report(RIGHT).chart());

    assertThat(Files.readString(directory.resolve("out/result.md")))
        .contains("- 2 processors", "](result.svg)", "## Every round", "`flink-heap`: F: Flink");
    assertThat(directory.resolve("out/result.svg")).exists();
  }

  @Test
  void shouldDrawWellFormedPictures() throws Exception {
    BarChart chart =
        new BarChart(
            "a < b & c",
            List.of(
                new BarChart.Bar("ours", 2, true),
                new BarChart.Bar("other", 4, false),
                new BarChart.Bar("none", Double.NaN, false)));

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(chart.svg().getBytes(StandardCharsets.UTF_8)));

    assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(4);
    assertThat(chart.svg()).contains("width=\"490.0\"", "width=\"245.0\"", ">-</text>");
  }

  @Test
  void shouldPadTables() {
    String table = new Table("a", "long heading").row("cell", "b").markdown();

    assertThat(table.lines().map(String::length).distinct()).hasSize(1);
    assertThatThrownBy(() -> new Table("a").row("b", "c"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRoundToThreeDigits() {
    assertThat(Figures.shortly(0.12345)).isEqualTo("0.123");
    assertThat(Figures.shortly(1.2345)).isEqualTo("1.23");
    assertThat(Figures.shortly(12.345)).isEqualTo("12.3");
    assertThat(Figures.shortly(12_345.6)).isEqualTo("12,346");
    assertThat(Figures.shortly(Double.NaN)).isEqualTo("-");
  }
}
