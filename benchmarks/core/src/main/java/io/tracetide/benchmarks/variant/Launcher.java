package io.tracetide.benchmarks.variant;

import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.standalone.process.CodeLocation;
import io.tracetide.standalone.process.JavaCommand;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates the command line of each variant; all have the same heap and garbage collector.
 *
 * @param heap as {@code -Xmx} takes it
 * @param jvmFlags further flags for every variant
 * @param checkpointMillis time between two checkpoints of Flink
 * @param processor settings of Tracetide's configuration
 * @param javaHome home of the Java that runs Tracetide's processor
 */
public record Launcher(
    String heap,
    List<String> jvmFlags,
    long checkpointMillis,
    ProcessorSettings processor,
    Path javaHome) {

  private static final String FLINK_MAIN = "io.tracetide.benchmarks.flink.FlinkJob";

  /** What Flink's own scripts pass on JDK 17. */
  private static final List<String> FLINK_FLAGS =
      List.of(
          "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "--add-opens=java.base/java.net=ALL-UNNAMED",
          "--add-opens=java.base/java.io=ALL-UNNAMED",
          "--add-opens=java.base/java.nio=ALL-UNNAMED",
          "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
          "--add-opens=java.base/java.text=ALL-UNNAMED",
          "--add-opens=java.base/java.time=ALL-UNNAMED",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED");

  public Launcher {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** Creates a launcher that uses the Java of this process. */
  public Launcher(
      String heap, List<String> jvmFlags, long checkpointMillis, ProcessorSettings processor) {
    this(heap, jvmFlags, checkpointMillis, processor, JavaCommand.ownJava());
  }

  /** The same with other settings of the processor. */
  public Launcher with(ProcessorSettings other) {
    return new Launcher(heap, jvmFlags, checkpointMillis, other, javaHome);
  }

  /** The same with another Java for Tracetide's processor. */
  public Launcher on(Path otherJavaHome) {
    return new Launcher(heap, jvmFlags, checkpointMillis, processor, otherJavaHome);
  }

  /** The command that runs a variant. */
  public JavaCommand command(Variant variant, RunSettings run) {
    return switch (variant) {
      case OURS, OURS_BATCHES -> processor(run, List.of(), 0, "");
      case OURS_CORE, OURS_CORE_BATCHES -> processor(run, List.of(ProcessorSettings.core()), 0, "");
      case CONSUME -> java(Consume.class, variant, "record", run);
      case CONSUME_BATCHES -> java(Consume.class, variant, "batches", run);
      case CONSUME_NEEDED -> java(Consume.class, variant, "needed", run);
      case TUTORIAL -> java(Tutorial.class, variant, "keyed", run);
      case TUTORIAL_REPARTITION -> java(Tutorial.class, variant, "repartition", run);
      case TUTORIAL_BATCHES -> java(Tutorial.class, variant, "batches", run);
      case FLINK_HEAP, FLINK_HEAP_BATCHES -> flink(variant, "hashmap", run);
      case FLINK_ROCKSDB -> flink(variant, "rocksdb", run);
    };
  }

  /**
   * The command that runs Tracetide's processor.
   *
   * @param overlays YAML to lay over the defaults of the run
   * @param port where it answers queries; 0 for any free one
   * @param instance names it among several; empty for one that leaves the group when it ends
   */
  public JavaCommand processor(RunSettings run, List<String> overlays, int port, String instance) {
    List<String> yaml = new ArrayList<>();
    yaml.add(processor.yaml(run, port, instance));
    yaml.addAll(overlays);
    processor.set().forEach((path, value) -> yaml.add(ProcessorSettings.yaml(path, value)));
    List<String> arguments = new ArrayList<>();
    processor.files().forEach(file -> arguments.add(file.toAbsolutePath().toString()));
    for (int i = 0; i < yaml.size(); i++) {
      arguments.add(write(run.directory().resolve("config-" + i + ".yaml"), yaml.get(i)));
    }
    return new JavaCommand(
            "ours",
            flags(List.of("-D" + DefaultProcessor.EVENTS_PER_RECORD + "=" + run.eventsPerRecord())),
            ownClassPath(),
            DefaultProcessor.class.getName(),
            arguments)
        .on(javaHome);
  }

  private JavaCommand java(Class<?> main, Variant variant, String mode, RunSettings run) {
    return new JavaCommand(
        variant.label(),
        flags(List.of()),
        ownClassPath(),
        main.getName(),
        arguments(run, List.of(mode)));
  }

  private JavaCommand flink(Variant variant, String backend, RunSettings run) {
    return new JavaCommand(
        variant.label(),
        flags(FLINK_FLAGS),
        flinkClassPath(),
        FLINK_MAIN,
        arguments(run, List.of(backend, "checkpointMs=" + checkpointMillis)));
  }

  private static List<String> arguments(RunSettings run, List<String> first) {
    List<String> arguments = new ArrayList<>(first);
    arguments.addAll(run.toArguments());
    return arguments;
  }

  private List<String> flags(List<String> more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xmx" + heap,
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
    flags.addAll(more);
    flags.addAll(jvmFlags);
    return flags;
  }

  private static String write(Path file, String yaml) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, yaml).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** Flink's RocksDB and that of Kafka Streams have the same package: its class path is its own. */
  private static String flinkClassPath() {
    Path target =
        CodeLocation.of(Launcher.class)
            .resolve(Path.of("..", "..", "..", "flink", "target"))
            .normalize();
    Path libraries = target.resolve("lib");
    if (!Files.isDirectory(libraries)) {
      throw new EnvironmentException(
          "the Flink job is not built: run 'mvn -pl benchmarks/flink -am package -DskipTests'");
    }
    return String.join(File.pathSeparator, target.resolve("classes").toString(), libraries + "/*");
  }
}
