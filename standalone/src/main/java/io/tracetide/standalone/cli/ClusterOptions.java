package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.launch.Addresses;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Options for the Kafka and the registry of a tool: those of {@code --bootstrap-servers}, of {@code
 * --data-dir}, of {@code --config}, of the standalone in the default directory, in this order.
 * {@code --config} overlays the configuration of the selected standalone.
 */
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class ClusterOptions {
  private static final String CLIENT_LOG = "org.slf4j.simpleLogger.log.org.apache.kafka";

  @Mixin private ConfigOption config;

  @Mixin private InstanceOption instance;

  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "addresses of Kafka (default: kafka.bootstrapServers of the configuration)")
  private @Nullable String bootstrapServers;

  /**
   * The configuration with the selected addresses.
   *
   * @throws ConfigException when it cannot be used
   */
  TracetideConfig read() {
    quietClients();
    boolean isElsewhere = bootstrapServers != null || !config.files().isEmpty();
    Optional<Addresses> running =
        instance.isGiven() || !isElsewhere ? instance.addresses() : Optional.empty();
    TracetideConfig read =
        running
            .map(addresses -> addresses.configUnder(config.files(), System.getenv()))
            .orElseGet(config::read);
    return bootstrapServers == null ? read : withKafka(read, bootstrapServers);
  }

  /** Whether a configuration, a standalone or a Kafka is selected. */
  boolean isGiven() {
    return bootstrapServers != null || instance.isGiven() || !config.files().isEmpty();
  }

  /** The command reports its error in one line; Kafka's clients would log it repeatedly. */
  private static void quietClients() {
    if (System.getProperty(CLIENT_LOG) == null) {
      System.setProperty(CLIENT_LOG, "error");
    }
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
