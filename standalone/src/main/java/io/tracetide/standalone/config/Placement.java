package io.tracetide.standalone.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The ports and directories of one run of the launcher. It overlays the user's configuration, in
 * the launcher's JVM and, as a file, in those of its children; it has no secrets.
 *
 * @param kafkaPort of the broker
 * @param registryPort of the schema registry
 * @param gatewayPort of the gateway's HTTP
 * @param gatewayGrpcPort of the gateway's gRPC
 * @param processorPort of the processor
 * @param sinkPort of the alert sink
 * @param stateDirectory directory of the roles for state that can be restored from Kafka
 */
public record Placement(
    int kafkaPort,
    int registryPort,
    int gatewayPort,
    int gatewayGrpcPort,
    int processorPort,
    int sinkPort,
    Path stateDirectory) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public String bootstrapServers() {
    return LoopbackPort.HOST + ":" + kafkaPort;
  }

  /** Base URL of the Confluent Schema Registry API. */
  public String registryUrl() {
    return EmbeddedRegistry.url(registryPort);
  }

  /** Base URL of the processor's queries. */
  public String processorUrl(boolean tls) {
    return "%s://%s:%d".formatted(tls ? "https" : "http", LoopbackPort.HOST, processorPort);
  }

  /** The overlay as JSON, which is valid YAML. */
  public String yaml() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(overlay());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, Object> overlay() {
    return Map.of(
        "kafka", Map.of("bootstrapServers", bootstrapServers()),
        "registry", Map.of("url", registryUrl()),
        "gateway",
            Map.of(
                "listener", Map.of("port", gatewayPort),
                "grpc", Map.of("port", gatewayGrpcPort)),
        "processor", streams(processorPort, "processor"),
        "sink", streams(sinkPort, "sink"));
  }

  /** An instance with an id gets its partitions back at once after a crash. */
  private Map<String, Object> streams(int port, String role) {
    return Map.of(
        "listener", Map.of("port", port),
        "stateDir", stateDirectory.resolve(role).toString(),
        "instanceId", "standalone");
  }

  /** The configuration with these ports and directories. */
  public TracetideConfig applyTo(TracetideConfig config) {
    return ConfigReader.parse(yaml(), config, Map.of());
  }
}
