package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.standalone.config.TracetideConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --bootstrap-servers}, alike for all commands that read what Kafka has. */
final class KafkaOption {
  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "where Kafka is (default: kafka.bootstrapServers of the configuration)")
  private @Nullable String bootstrapServers;

  KafkaConfig of(TracetideConfig config) {
    return bootstrapServers == null
        ? config.kafka()
        : new KafkaConfig(bootstrapServers, config.kafka().properties(), config.kafka().meters());
  }
}
