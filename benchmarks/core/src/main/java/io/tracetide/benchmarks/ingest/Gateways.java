package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.platform.RoleProcesses;
import io.tracetide.benchmarks.process.ServerProcess;
import java.util.List;

/**
 * Starts gateways as the command line does, each in a JVM of its own with a port that stays the
 * same over its lives.
 *
 * @param heap as {@code -Xmx} takes it
 * @param jvmFlags further flags
 */
public record Gateways(BenchPlatform platform, String heap, List<String> jvmFlags) {

  public Gateways {
    jvmFlags = List.copyOf(jvmFlags);
  }

  /**
   * Starts one and waits until it takes spans.
   *
   * @param name of no other process on this platform
   */
  public ServerProcess start(String name) throws InterruptedException {
    return new RoleProcesses(platform, heap, jvmFlags)
        .start(
            "gateway",
            name,
            port ->
                """
                gateway:
                  listener: { port: %d }
                  grpc: { port: 0 }
                """
                    .formatted(port));
  }
}
