package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.ingest.Gateways;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of the receivers' JVMs. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ReceiverOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      description = "-Xmx of the receiver (default: the command's)")
  private @Nullable String heap;

  @Option(
      names = "--jvm-flag",
      paramLabel = "FLAG",
      description = "a further JVM flag of the receiver; may be given several times")
  private List<String> jvmFlags = new ArrayList<>();

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "partitions of each topic (default: ${DEFAULT-VALUE})",
      defaultValue = "4")
  private int partitions;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "directory for the broker's data and all logs (default: a temporary one, deleted at"
              + " the end)")
  private @Nullable Path dataDirectory;

  Session open() {
    return Session.open(dataDirectory, partitions);
  }

  /** Gateways with this heap, unless the options have another one. */
  Gateways gateways(Session session, String defaultHeap) {
    return new Gateways(session.platform(), heap(defaultHeap), jvmFlags);
  }

  private String heap(String otherwise) {
    return heap == null ? otherwise : heap;
  }

  /** Checks the options. */
  void check() {
    require(partitions >= 1 && partitions <= 256, "--partitions must be from 1 to 256");
    require(
        heap == null || heap.matches("[0-9]+[kKmMgG]"), "--heap must be a size such as 256m or 1g");
  }

  void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  /** Description of the receivers' JVMs, for the report. */
  String describe(String defaultHeap) {
    return "the receiver: a JVM of its own with -Xmx%s -XX:+UseSerialGC%s; topics of %d partitions, one broker, acks=all"
        .formatted(
            heap(defaultHeap),
            jvmFlags.isEmpty() ? "" : " " + String.join(" ", jvmFlags),
            partitions);
  }
}
