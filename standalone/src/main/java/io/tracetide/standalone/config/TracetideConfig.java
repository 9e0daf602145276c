package io.tracetide.standalone.config;

import io.tracetide.alert.SinkConfig;
import io.tracetide.alert.SinkSections;
import io.tracetide.gateway.GatewayConfig;
import io.tracetide.processor.ProcessorConfig;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.ConfigReader;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.runtime.config.RegistryConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All of {@code tracetide.yaml}.
 *
 * @param kafka connection of every role to Kafka
 * @param registry connection of every role to the schema registry
 * @param topics creation of missing topics
 * @param gateway the gateway
 * @param processor the processor
 * @param sink the alert sink
 * @param standalone the launcher that runs everything on one machine
 */
public record TracetideConfig(
    KafkaConfig kafka,
    RegistryConfig registry,
    TopicsConfig topics,
    GatewayConfig gateway,
    ProcessorConfig processor,
    SinkConfig sink,
    StandaloneConfig standalone) {

  public TracetideConfig {
    Checks checks = Checks.check();
    gateway.check(kafka, checks);
    processor.check(kafka, checks);
    sink.check(kafka, checks);
    checks.done();
  }

  public static TracetideConfig defaults() {
    return new TracetideConfig(
        KafkaConfig.defaults(),
        RegistryConfig.defaults(),
        TopicsConfig.defaults(),
        GatewayConfig.defaults(),
        ProcessorConfig.defaults(),
        SinkConfig.defaults(),
        StandaloneConfig.defaults());
  }

  /** What the alert sink uses. */
  public SinkSections sinkSections() {
    return new SinkSections(sink, kafka, registry);
  }

  /** Reads files over the defaults; a later file has precedence. */
  public static TracetideConfig read(List<Path> files, Map<String, String> environment) {
    TracetideConfig config = defaults();
    for (Path file : files) {
      config = ConfigReader.read(file, config, environment);
    }
    return config;
  }
}
