package io.tracetide.standalone.evaluate.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.replay.MalformedRecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NabEvaluationTest {
  private static final int VALUES = 700;
  private static final int FAULT = 600;

  @TempDir Path directory;

  @BeforeEach
  void writeABenchmarkWithOneSpike() throws IOException {
    Random random = new Random(1);
    LocalDateTime begin = LocalDateTime.of(2026, 1, 1, 0, 0);
    StringBuilder csv = new StringBuilder("timestamp,value\n");
    for (int i = 0; i < VALUES; i++) {
      double value = 50 + random.nextGaussian() + (i == FAULT ? 40 : 0);
      String time = begin.plusMinutes(5L * i).toString().replace('T', ' ');
      csv.append(time).append(":00,").append(value).append('\n');
    }
    write("data/real/cpu.csv", csv.toString());
    String from = begin.plusMinutes(5L * (FAULT - 5)).toString().replace('T', ' ');
    String to = begin.plusMinutes(5L * (FAULT + 20)).toString().replace('T', ' ');
    write(
        "labels/combined_windows.json",
        """
        {"real/cpu.csv": [["%s:00.000000", "%s:00.000000"]]}
        """
            .formatted(from, to));
  }

  @Test
  void shouldPrintARowForEachDetectorAndWriteTheScores() throws IOException {
    Path out = directory.resolve("results");

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate",
            "--nab",
            directory.toString(),
            "--detector",
            "gauge,robust_z",
            "--out",
            out.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .containsPattern("\\| gauge \\| [89][0-9]\\.[0-9] \\|.*\\| 1 of 1 \\| 0 \\|")
        .contains("| robust_z |");
    assertThat(Files.readAllLines(out.resolve("gauge/real/cpu.csv")))
        .hasSize(VALUES + 1)
        .startsWith("timestamp,value,anomaly_score")
        .element(1, STRING)
        .startsWith("2026-01-01 00:00:00,");
    assertThat(out.resolve("robust_z/real/cpu.csv")).exists();
  }

  @Test
  void shouldCombineDetectorsByTheGeometricMeanOfTheirEvidence() throws IOException {
    NabSeries series = NabCorpus.read(directory).get(0);
    double[] gauge = NabDetector.GAUGE.evidence(series);
    double[] forest = NabDetector.ISOLATION_FOREST.evidence(series);

    NabDetectors both = NabDetectors.named("gauge+isolation-forest");

    assertThat(both.option()).isEqualTo("gauge+isolation_forest");
    assertThat(both.evidence(series)[FAULT])
        .isGreaterThan(0)
        .isEqualTo(Math.sqrt(gauge[FAULT] * forest[FAULT]));
    assertThat(both.evidence(series)[10]).isZero();
    assertThatThrownBy(() -> NabDetectors.named("gauge+"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gauge_anomalies");
  }

  /** One value is no anomaly for the processor, two of three are. */
  @Test
  void shouldFindTheAnomaliesThatTheProcessorPublishes() throws IOException {
    assertThat(GaugeAnomalies.of(NabCorpus.read(directory).get(0))).containsOnly(0);
    Path file = directory.resolve("data/real/cpu.csv");
    List<String> lines = Files.readAllLines(file);
    for (int i = FAULT; i < FAULT + 3; i++) {
      lines.set(i + 1, lines.get(i + 1).split(",")[0] + ",90");
    }
    Files.write(file, lines);

    double[] opened = GaugeAnomalies.of(NabCorpus.read(directory).get(0));

    assertThat(opened[FAULT + 1]).isEqualTo(1);
    assertThat(opened).containsOnlyOnce(1);
  }

  @Test
  void shouldRefuseAnUnknownDetector() {
    CommandLineUnderTest run =
        CommandLineUnderTest.run("evaluate", "--nab", directory.toString(), "--detector", "oracle");

    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void shouldNameTheInvalidFile() throws IOException {
    write("data/real/cpu.csv", "timestamp,value\n2026-01-01 00:00:00,x\n");

    assertProblem("cpu.csv line 2");
  }

  @Test
  void shouldNameInvalidLabels() throws IOException {
    write("labels/combined_windows.json", "{\n\"real/cpu.csv\": [}\n");

    assertProblem("combined_windows.json line 2");
  }

  private void assertProblem(String part) {
    assertThatThrownBy(() -> new NabEvaluation(directory, null, () -> 0))
        .isInstanceOf(MalformedRecordingException.class)
        .hasMessageContaining(part);
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
