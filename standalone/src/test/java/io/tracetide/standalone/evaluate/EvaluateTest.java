package io.tracetide.standalone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.standalone.cli.CommandLineUnderTest;
import io.tracetide.standalone.replay.MalformedRecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluateTest {
  private static final String HEADER =
      "window,service,operation,count,errors,p50_us,p95_us,p10_us,p90_us,p99_us,mean_log_us\n";
  private static final int FAULT = 300;

  @TempDir Path directory;

  @Test
  void shouldWriteTheEpisodeOfABurstOfErrors() throws IOException {
    Path out = directory.resolve("episodes.csv");

    CommandLineUnderTest run =
        CommandLineUnderTest.run("evaluate", burst().toString(), "--out", out.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains("| series | 1 |", "| windows | 320 |", "| episodes of errors | 1 |");
    assertThat(Files.readAllLines(out))
        .hasSize(2)
        .first()
        .isEqualTo(
            "service,operation,start_window,end_window,peak,channel,opening_confidence,confidence,basis,"
                + "truth,incident,origin_service,origin_operation");
    assertThat(Files.readString(out))
        .containsPattern(
            "shop,\"GET"
                + " /a,b\",301,30[56],[0-9.]+,errors,[0-9.]+,[0-9.]+,rank,,[0-9a-f]{32}-[0-9]+,shop,\"GET"
                + " /a,b\"\n");
  }

  @Test
  void shouldReportHowOftenAConfigurationFiresAndDrawTheWorstSeries() throws IOException {
    Path out = directory.resolve("episodes.csv");
    Path plots = directory.resolve("plots");
    Path faults =
        Files.writeString(
            directory.resolve("faults.csv"),
            "start_window,end_window,service,operation\n300,306,web,get\n");

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate",
            twoServices().toString(),
            "--out",
            out.toString(),
            "--faults",
            faults.toString(),
            "--plots",
            plots.toString(),
            "--plot-limit",
            "1");

    assertThat(run.exit()).isZero();
    // 320 windows are 1/27 of a day.
    assertThat(run.out())
        .contains(
            "| db | 0 | 0 | 1 | 1 | 27.0 |", "| **all** | 0 | 0 | 2 | 2 | 54.0 |", "1 plots in ");
    try (Stream<Path> files = Files.list(plots)) {
      assertThat(files.map(file -> file.getFileName().toString())).hasSize(1);
    }
  }

  @Test
  void shouldUseTheConfiguredSettings() throws IOException {
    Path out = directory.resolve("episodes.csv");
    Path config =
        Files.writeString(
            directory.resolve("tracetide.yaml"), "processor: {detection: {minTraffic: 1000}}\n");
    Path off =
        Files.writeString(
            directory.resolve("off.yaml"), "processor: {detection: {maxSeries: 0}}\n");

    assertThat(
            CommandLineUnderTest.run(
                    "evaluate",
                    burst().toString(),
                    "-c",
                    config.toString(),
                    "--out",
                    out.toString())
                .out())
        .contains("| episodes | 0 |");
    CommandLineUnderTest nothing =
        CommandLineUnderTest.run(
            "evaluate", burst().toString(), "-c", off.toString(), "--out", out.toString());
    assertThat(nothing.exit()).isEqualTo(2);
  }

  @Test
  void shouldRefuseOptionsThatDoNotFit() throws IOException {
    String windows = burst().toString();
    for (List<String> wrong :
        List.of(
            List.of(windows, "--topic", "--out", "x"),
            List.of(windows, "--tenant", "a", "--out", "x"),
            List.of(windows, "--since", "2h", "--out", "x"),
            List.of(windows, "--plot-limit", "0", "--out", "x"),
            List.of("--nab", ".", "--plots", "x"))) {
      List<String> arguments = new ArrayList<>(List.of("evaluate"));
      arguments.addAll(wrong);
      assertThat(CommandLineUnderTest.run(arguments.toArray(String[]::new)).exit())
          .as(wrong.toString())
          .isEqualTo(2);
    }
  }

  @Test
  void shouldLinkTheEpisodesOfCallersAndCallees() throws IOException {
    Path out = directory.resolve("episodes.csv");
    Path windows = twoServices();
    Path calls =
        Files.writeString(
            directory.resolve("calls.csv"),
            "caller_service,caller_operation,callee_service,callee_operation\nweb,get,db,read\n");

    assertThat(
            CommandLineUnderTest.run("evaluate", windows.toString(), "--out", out.toString()).out())
        .contains("| incidents | 2 |");
    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate", windows.toString(), "--calls", calls.toString(), "--out", out.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("| episodes | 2 |", "| incidents | 1 |");
    assertThat(Files.readString(out)).containsPattern("web,get,.*,db,read\n");
  }

  @Test
  void shouldRefuseCallsThatCannotBeRead() throws IOException {
    Path bad =
        Files.writeString(
            directory.resolve("calls.csv"),
            "caller_service,caller_operation,callee_service,callee_operation\nweb,get,db\n");

    assertThatThrownBy(() -> RecordedCalls.read(bad))
        .isInstanceOf(MalformedRecordingException.class)
        .hasMessageContaining("line 2");
    CommandLineUnderTest run =
        CommandLineUnderTest.run("evaluate", "--nab", ".", "--calls", bad.toString());
    assertThat(run.exit()).isEqualTo(2);
  }

  @Test
  void shouldCompareTheEpisodesWithKnownFaults() throws IOException {
    Path out = directory.resolve("episodes.csv");

    evaluate(out, "kind,start_window,end_window,service,operation\nx,300,306,shop,\"GET /a,b\"\n");
    assertThat(Files.readString(out)).contains(",rank,real,");
    evaluate(out, "start_window,end_window,service,operation\n300,306,shop,\n");
    assertThat(Files.readString(out)).contains(",rank,real,");
    evaluate(out, "start_window,end_window,service,operation\n300,306,stock,\n");
    assertThat(Files.readString(out)).contains(",rank,elsewhere,");
    evaluate(out, "start_window,end_window,service,operation\n200,298,shop,\n");
    assertThat(Files.readString(out)).contains(",rank,false,");
  }

  private void evaluate(Path out, String faults) throws IOException {
    Path known = Files.writeString(directory.resolve("faults.csv"), faults);
    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate", burst().toString(), "--faults", known.toString(), "--out", out.toString());
    assertThat(run.exit()).isZero();
  }

  @Test
  void shouldNameTheLineOfAnInvalidFault() throws IOException {
    Path header = Files.writeString(directory.resolve("a.csv"), "service\n");
    Path line =
        Files.writeString(
            directory.resolve("b.csv"), "start_window,end_window,service,operation\n1,x,a,\n");

    assertThatThrownBy(() -> FaultTable.read(header)).hasMessageContaining("line 1");
    assertThatThrownBy(() -> FaultTable.read(line)).hasMessageContaining("line 2");
  }

  @Test
  void shouldReportHowReliableTheConfidenceIs() throws IOException {
    StringBuilder csv = new StringBuilder(Evaluation.HEADER);
    for (int i = 0; i < 10; i++) {
      csv.append("a,b,1,2,3,latency,0.55,0.95,calibrated,")
          .append(i < 8 ? "real\n" : "false\n")
          .append("a,b,1,2,3,latency,0.15,0.25,calibrated,")
          .append(i < 1 ? "real\n" : "false\n");
    }
    csv.append("a,b,1,2,3,latency,0.5,0.9,calibrated,elsewhere\n")
        .append("a,b,1,2,3,latency,0.5,0.9,rank,false\n");
    Path episodes = Files.writeString(directory.resolve("episodes.csv"), csv);
    Path other = Files.writeString(directory.resolve("other.csv"), Evaluation.HEADER);

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate", "--reliability", episodes.toString(), other.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out())
        .contains(
            "| 0.2 to 0.3 | 1 | 9 | 0.25 | 0.10 | 0 |",
            "| 0.9 to 1.0 | 8 | 2 | 0.95 | 0.80 | 1 |",
            "expected calibration error: 0.150",
            "the same at the opening: 0.150",
            "real, of those from 0.8 on: 0.800",
            "real, with those elsewhere as not real: 0.727");
    assertThat(
            CommandLineUnderTest.run(
                    "evaluate", "--reliability", episodes.toString(), "--from", "3")
                .out())
        .contains("| 0.9 to 1.0 | 0 | 0 |  |  | 0 |");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "isolation_forest",
        "random_cut_forest",
        "isolation-forest+random_cut_forest",
        "robust_z"
      })
  void shouldRunTheLearnedDetector(String detector) throws IOException {
    Path out = directory.resolve("episodes.csv");

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate", burst().toString(), "--detector", detector, "--out", out.toString());

    assertThat(run.exit()).isZero();
    assertThat(run.out()).contains("| episodes of errors | 1 |");
    assertThat(Files.readString(out))
        .containsPattern("shop,\"GET /a,b\",301,30[56],[0-9.]+,errors,[0-9.]+,[0-9.]+,rank,,,,\n");
  }

  @Test
  void shouldRefuseDetectorsThatAreNotForWindows() throws IOException {
    Path out = directory.resolve("episodes.csv");

    CommandLineUnderTest run =
        CommandLineUnderTest.run(
            "evaluate", burst().toString(), "--detector", "gauge", "--out", out.toString());

    assertThat(run.exit()).isEqualTo(2);
  }

  /** Windows of two operations that fail at the same time. */
  private Path twoServices() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder(HEADER);
    for (int w = 0; w < FAULT + 20; w++) {
      int errors = w >= FAULT && w < FAULT + 6 ? 30 : 0;
      for (String operation : List.of("web,get", "db,read")) {
        csv.append(w).append(',').append(operation).append(',');
        csv.append(100 + random.nextInt(9)).append(',').append(errors);
        csv.append(",900,2000,500,1800,2500,6.8\n");
      }
    }
    return write(csv.toString());
  }

  /** Windows of one operation, with a burst of errors. */
  private Path burst() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder(HEADER);
    for (int w = 0; w < FAULT + 20; w++) {
      int errors = w >= FAULT && w < FAULT + 6 ? 30 : 0;
      csv.append(w)
          .append(",shop,\"GET /a,b\",")
          .append(100 + random.nextInt(9))
          .append(',')
          .append(errors)
          .append(",900,2000,500,1800,2500,6.8\n");
    }
    return write(csv.toString());
  }

  @Test
  void shouldNameTheLineAndWhatIsExpectedThere() throws IOException {
    assertProblem(HEADER + "1,a,b,x,0,1,1,1,1,1,1\n", "line 2", "count must be a whole number");
    assertProblem(HEADER + "1,a,b,2,0,,1,1,1,1,1\n", "line 2", "p50_us must be a number");
    assertProblem(HEADER + "1,a,b,2,3,1,1,1,1,1,1\n", "line 2", "3 of 2");
    assertProblem(HEADER + "1,a,b\n", "line 2", "expected count in field 4", "3 fields");
    assertProblem(HEADER + "1,a,b,0,0,,,,,,\n1,a,b,0,0,,,,,,\n", "line 3", "is there twice");
    assertProblem("window,service\n", "line 1", "no column operation, count, errors");
    assertProblem(HEADER, "line 2", "at least one window");
  }

  private void assertProblem(String csv, String... parts) throws IOException {
    Path file = write(csv);
    assertThatThrownBy(() -> WindowTable.read(file))
        .isInstanceOf(MalformedRecordingException.class)
        .hasMessageContainingAll(parts);
  }

  private Path write(String csv) throws IOException {
    return Files.writeString(directory.resolve("windows.csv"), csv);
  }
}
