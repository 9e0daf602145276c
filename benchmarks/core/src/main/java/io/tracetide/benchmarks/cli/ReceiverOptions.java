package io.tracetide.benchmarks.cli;

import io.tracetide.benchmarks.ingest.Gateways;
import io.tracetide.benchmarks.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the receivers' JVMs. */
final class ReceiverOptions extends PlatformOptions {

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

  /** Gateways with this heap, unless the options have another one. */
  Gateways gateways(Session session, String defaultHeap) {
    return new Gateways(session.platform(), heap(defaultHeap), jvmFlags);
  }

  private String heap(String otherwise) {
    return heap == null ? otherwise : heap;
  }

  @Override
  void check() {
    super.check();
    require(
        heap == null || heap.matches("[0-9]+[kKmMgG]"), "--heap must be a size such as 256m or 1g");
  }

  /** Description of the receivers' JVMs, for the report. */
  String describe(String defaultHeap) {
    return "the receiver: a JVM of its own with -Xmx%s -XX:+UseSerialGC%s; topics of %d partitions, one broker, acks=all"
        .formatted(
            heap(defaultHeap),
            jvmFlags.isEmpty() ? "" : " " + String.join(" ", jvmFlags),
            partitions());
  }
}
