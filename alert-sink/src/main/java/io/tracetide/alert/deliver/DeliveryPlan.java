package io.tracetide.alert.deliver;

import io.tracetide.alert.message.Links;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.util.List;
import java.util.Map;

/**
 * What is delivered to whom.
 *
 * @param receivers the configured receivers; each may be a single channel of one
 * @param receiverNames names of the receivers in the configuration, by names of their channels
 * @param fallbackIntegrations names of the channels of the receiver that gets the notifications
 *     that others did not get; empty for none
 * @param groupPrefix what the ids of the consumer groups begin with
 * @param delivery queue, retries, timeouts and limits
 * @param links links of the messages
 */
public record DeliveryPlan(
    List<ReceiverConfig> receivers,
    Map<String, String> receiverNames,
    List<String> fallbackIntegrations,
    String groupPrefix,
    DeliveryConfig delivery,
    Links links) {

  public DeliveryPlan {
    receivers = List.copyOf(receivers);
    receiverNames = Map.copyOf(receiverNames);
    fallbackIntegrations = List.copyOf(fallbackIntegrations);
  }

  /** Name of the receiver in the configuration that has a channel. */
  String receiverOf(ReceiverConfig.Integration channel) {
    return receiverNames.getOrDefault(channel.name(), channel.name());
  }
}
