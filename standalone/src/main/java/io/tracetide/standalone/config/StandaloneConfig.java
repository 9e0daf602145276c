package io.tracetide.standalone.config;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * The configuration of the launcher, which runs everything on one machine.
 *
 * @param kafkaPort where the embedded broker listens on loopback; 0 for any free port
 * @param registryPort where the embedded schema registry listens on loopback; 0 for any free port
 * @param processorHeap largest heap of the processor's JVM, as {@code -Xmx} takes it
 * @param startTimeout time limit of the start of each part
 */
public record StandaloneConfig(
    int kafkaPort, int registryPort, String processorHeap, Duration startTimeout) {
  private static final int HIGHEST_PORT = 65_535;

  public StandaloneConfig {
    Checks.check()
        .range("kafkaPort", kafkaPort, 0, HIGHEST_PORT)
        .range("registryPort", registryPort, 0, HIGHEST_PORT)
        .that(
            processorHeap.matches("\\d{1,6}[kKmMgG]"),
            "processorHeap",
            processorHeap,
            "a size such as 400m or 2g")
        .positive("startTimeout", startTimeout)
        .done();
  }

  public static StandaloneConfig defaults() {
    return new StandaloneConfig(9092, 8081, "400m", Duration.ofMinutes(2));
  }
}
