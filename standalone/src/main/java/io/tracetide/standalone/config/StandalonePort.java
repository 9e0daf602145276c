package io.tracetide.standalone.config;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** A port that a standalone listens on. */
public enum StandalonePort {
  KAFKA("Kafka", config -> config.standalone().kafkaPort()),
  REGISTRY("the schema registry", config -> config.standalone().registryPort()),
  GATEWAY("the gateway", config -> config.gateway().listener().port()),
  GATEWAY_GRPC("the gateway's gRPC", config -> config.gateway().grpc().port()),
  PROCESSOR("the processor", config -> config.processor().listener().port()),
  SINK("the alert sink", config -> config.sink().listener().port());

  private static final int HIGHEST = 65_535;

  private final String label;
  private final ToIntFunction<TracetideConfig> configured;

  StandalonePort(String label, ToIntFunction<TracetideConfig> configured) {
    this.label = label;
    this.configured = configured;
  }

  /** What listens there, for people. */
  public String label() {
    return label;
  }

  /** The port, 0 for any free one; an offset moves every other. */
  public int of(TracetideConfig config, int offset) {
    int port = configured.applyAsInt(config);
    return port == 0 ? 0 : port + offset;
  }

  /** Why the ports cannot be moved by so much; empty when they can. */
  public static Optional<String> problem(TracetideConfig config, int offset) {
    int last = Arrays.stream(values()).mapToInt(port -> port.of(config, 0)).max().orElse(0);
    return offset >= 0 && offset <= HIGHEST - last
        ? Optional.empty()
        : Optional.of(
            "must be 0 to %d, so that no port is beyond %d, got %d"
                .formatted(HIGHEST - last, HIGHEST, offset));
  }
}
