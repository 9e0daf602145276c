package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.platform.RoleProcesses;
import io.tracetide.benchmarks.process.ServerProcess;
import java.util.List;

/**
 * Starts gateways as the command line does, each in its own JVM with a port that stays the same
 * over restarts.
 *
 * @param heap as {@code -Xmx} takes it
 * @param jvmFlags further flags
 */
public record Gateways(BenchPlatform platform, String heap, List<String> jvmFlags) {

  public Gateways {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /**
   * Starts a gateway and waits until it is ready.
   *
   * @param name unique on this platform
   */
  public ServerProcess start(String name) throws InterruptedException {
    return new RoleProcesses(platform, heap, jvmFlags)
        .start(
            "gateway",
            name,
            port ->
                """
                gateway:
                  # What is stored is counted by the records of the topic.
                  batches: false
                  listener: { port: %d }
                  grpc: { port: 0 }
                """
                    .formatted(port));
  }
}
