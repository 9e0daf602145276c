package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.standalone.config.TracetideConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Which Kafka and registry a tool looks at: those of {@code --bootstrap-servers}, of {@code
 * --data-dir}, of {@code --config}, of the standalone in the usual directory, in this order.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ClusterOptions {
  @Mixin private ConfigOption config;

  @Mixin private InstanceOption instance;

  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "where Kafka is (default: kafka.bootstrapServers of the configuration)")
  private @Nullable String bootstrapServers;

  /**
   * The configuration, with the addresses that hold.
   *
   * @throws ConfigException when it cannot be used
   */
  TracetideConfig read() {
    TracetideConfig read = config.read();
    boolean isElsewhere = bootstrapServers != null || !config.files().isEmpty();
    if (instance.isGiven() || !isElsewhere) {
      TracetideConfig files = read;
      read = instance.addresses().map(addresses -> addresses.applyTo(files)).orElse(read);
    }
    return bootstrapServers == null ? read : withKafka(read, bootstrapServers);
  }

  private static TracetideConfig withKafka(TracetideConfig c, String servers) {
    return new TracetideConfig(
        new KafkaConfig(servers, c.kafka().properties(), c.kafka().meters()),
        c.registry(),
        c.topics(),
        c.gateway(),
        c.processor(),
        c.sink(),
        c.standalone());
  }
}
