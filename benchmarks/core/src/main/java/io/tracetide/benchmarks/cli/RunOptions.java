package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.variant.Launcher;
import io.tracetide.benchmarks.variant.ProcessorSettings;
import io.tracetide.processor.ProcessorConfig.Guarantee;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options of the variants' JVMs. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class RunOptions extends PlatformOptions {

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "processing threads of the Kafka Streams variants (default: ${DEFAULT-VALUE})",
      defaultValue = "2")
  private int threads;

  @Option(
      names = "--commit-ms",
      paramLabel = "MS",
      description = "milliseconds between two commits, except Flink (default: ${DEFAULT-VALUE})",
      defaultValue = "1000")
  private int commitMs;

  @Option(
      names = "--checkpoint-ms",
      paramLabel = "MS",
      description = "milliseconds between two checkpoints of Flink (default: ${DEFAULT-VALUE})",
      defaultValue = "10000")
  private int checkpointMs;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "-Xmx of every variant (default: ${DEFAULT-VALUE})",
      defaultValue = "1g")
  private String heap;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "a further JVM flag for every variant; may be given several times")
  private List<String> jvmFlags = new ArrayList<>();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "tracetide.yaml for the variants of Tracetide; may be given several times")
  private List<Path> configFiles = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "a single key of that configuration, such as processor.windows.grace=5s; may be given"
              + " several times")
  private Map<String, String> set = new LinkedHashMap<>();

  int threads() {
    return threads;
  }

  Duration commitInterval() {
    return Duration.ofMillis(commitMs);
  }

  Launcher launcher() {
    return new Launcher(
        heap,
        jvmFlags,
        checkpointMs,
        new ProcessorSettings(configFiles, set, Guarantee.EXACTLY_ONCE_V2));
  }

  @Override
  void check() {
    super.check();
    require(threads >= 1 && threads <= 64, "--threads must be from 1 to 64");
    require(commitMs >= 50 && commitMs <= 60_000, "--commit-ms must be from 50 to 60000");
    require(
        checkpointMs >= 100 && checkpointMs <= 600_000,
        "--checkpoint-ms must be from 100 to 600000");
    require(heap.matches("[0-9]+[kKmMgG]"), "--heap must be a size such as 512m or 1g");
    configFiles.forEach(file -> require(Files.isReadable(file), "no file " + file));
  }

  /** Description of the variants' JVMs, for the report. */
  List<String> describe() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "every variant: its own JVM with -Xmx%s -XX:+UseSerialGC%s"
            .formatted(heap, jvmFlags.isEmpty() ? "" : " " + String.join(" ", jvmFlags)));
    lines.add(
        "Kafka Streams variants: %d threads, commits every %d ms, exactly_once_v2 unless stated;"
                .formatted(threads, commitMs)
            + " topics of %d partitions".formatted(partitions()));
    if (!set.isEmpty() || !configFiles.isEmpty()) {
      lines.add("Tracetide's configuration: " + configFiles + " " + set);
    }
    return lines;
  }

  /** Description of Flink's settings, for the report. */
  String describeFlink() {
    return "Flink: local MiniCluster, parallelism 1, checkpoint every %d ms, exactly-once sink, object reuse, hand reader"
        .formatted(checkpointMs);
  }
}
