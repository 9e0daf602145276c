package io.tracetide.standalone.config;

import java.util.Arrays;
import java.util.Optional;

/** A port that a standalone listens on. */
public enum StandalonePort {
  KAFKA("Kafka"),
  REGISTRY("the schema registry"),
  GATEWAY("the gateway"),
  GATEWAY_GRPC("the gateway's gRPC"),
  PROCESSOR("the processor"),
  SINK("the alert sink");

  private static final int HIGHEST = 65_535;

  private final String label;

  StandalonePort(String label) {
    this.label = label;
  }

  /** Description of the service on the port. */
  public String label() {
    return label;
  }

  /** The port with the offset added; 0 stays 0, any free port. */
  public int of(TracetideConfig config, int offset) {
    int port = configured(config);
    return port == 0 ? 0 : port + offset;
  }

  private int configured(TracetideConfig config) {
    return switch (this) {
      case KAFKA -> config.standalone().kafkaPort();
      case REGISTRY -> config.standalone().registryPort();
      case GATEWAY -> config.gateway().listener().port();
      case GATEWAY_GRPC -> config.gateway().grpc().port();
      case PROCESSOR -> config.processor().listener().port();
      case SINK -> config.sink().listener().port();
    };
  }

  /** Why the offset cannot be added to all ports; empty when it can. */
  public static Optional<String> problem(TracetideConfig config, int offset) {
    int last = Arrays.stream(values()).mapToInt(port -> port.of(config, 0)).max().orElse(0);
    return offset >= 0 && offset <= HIGHEST - last
        ? Optional.empty()
        : Optional.of(
            "must be 0 to %d, so that no port is beyond %d, got %d"
                .formatted(HIGHEST - last, HIGHEST, offset));
  }
}
