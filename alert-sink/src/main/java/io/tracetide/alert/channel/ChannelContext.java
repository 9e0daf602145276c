package io.tracetide.alert.channel;

import io.tracetide.runtime.config.KafkaConfig;
import io.tracetide.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.util.Optional;

/**
 * What the sink provides to a channel.
 *
 * @param receiver name of the channel's receiver
 * @param clock for dates in responses and signatures
 * @param kafka the cluster and the operator's properties, for channels that write to a topic
 * @param memory values that the channel keeps per group
 * @param templates is notified of templates that fail
 * @param registry for channels that write records with a schema; empty when there is none
 */
public record ChannelContext(
    String receiver,
    Clock clock,
    KafkaConfig kafka,
    DeliveryMemory memory,
    TemplateFailures templates,
    Optional<SchemaRegistry> registry) {

  /** A context without a schema registry. */
  public ChannelContext(
      String receiver,
      Clock clock,
      KafkaConfig kafka,
      DeliveryMemory memory,
      TemplateFailures templates) {
    this(receiver, clock, kafka, memory, templates, Optional.empty());
  }

  /** A context without a cluster, with a memory that lasts as long as the process. */
  public static ChannelContext of(String receiver, Clock clock) {
    return new ChannelContext(
        receiver, clock, KafkaConfig.defaults(), DeliveryMemory.inProcess(), (template, why) -> {});
  }
}
