package io.tracetide.standalone.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.processor.query.http.DashboardConfig;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.http.tls.TlsConfig;
import io.tracetide.standalone.environment.LoopbackPort;
import io.tracetide.standalone.registry.EmbeddedRegistry;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
 * @param dashboard addresses that the dashboard shows and calls
 */
public record Placement(
    int kafkaPort,
    int registryPort,
    int gatewayPort,
    int gatewayGrpcPort,
    int processorPort,
    int sinkPort,
    Path stateDirectory,
    DashboardConfig dashboard) {
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
    return url(tls, processorPort);
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
        "processor", processor(),
        "sink", streams(sinkPort, "sink"));
  }

  private Map<String, Object> processor() {
    Map<String, Object> addresses = new LinkedHashMap<>();
    addresses.put("alertsUrl", dashboard.alertsUrl());
    addresses.put("gatewayUrl", dashboard.gatewayUrl());
    dashboard
        .alertsCertificates()
        .ifPresent(file -> addresses.put("alertsCertificates", file.toAbsolutePath().toString()));
    Map<String, Object> processor = new LinkedHashMap<>(streams(processorPort, "processor"));
    processor.put("dashboard", addresses);
    return processor;
  }

  /**
   * The addresses of this run, where the configuration has none.
   *
   * @param wanted the user's configuration
   */
  public static DashboardConfig dashboard(TracetideConfig wanted, int gatewayPort, int sinkPort) {
    DashboardConfig given = wanted.processor().dashboard();
    TlsConfig sinkTls = wanted.sink().listener().tls();
    boolean gatewayTls = wanted.gateway().listener().tls().isPresent();
    boolean isOwnSink = given.alertsUrl().isEmpty();
    return new DashboardConfig(
        isOwnSink ? url(sinkTls.isPresent(), sinkPort) : given.alertsUrl(),
        isOwnSink && given.alertsCertificates().isEmpty()
            ? sinkTls.certificate()
            : given.alertsCertificates(),
        given.gatewayUrl().isEmpty() ? url(gatewayTls, gatewayPort) : given.gatewayUrl(),
        given.traceUrl());
  }

  private static String url(boolean tls, int port) {
    return "%s://%s:%d".formatted(tls ? "https" : "http", LoopbackPort.HOST, port);
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
