package io.tracetide.alert.deliver;

import io.tracetide.alert.message.Links;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.util.List;

/**
 * What is delivered to whom.
 *
 * @param receivers the configured receivers
 * @param fallbackIntegrations names of the channels of the receiver that gets the notifications
 *     that others did not get; empty for none
 * @param groupPrefix what the ids of the consumer groups begin with
 * @param delivery queue, retries, timeouts and limits
 * @param links links of the messages
 */
public record DeliveryPlan(
    List<ReceiverConfig> receivers,
    List<String> fallbackIntegrations,
    String groupPrefix,
    DeliveryConfig delivery,
    Links links) {

  public DeliveryPlan {
    receivers = List.copyOf(receivers);
    fallbackIntegrations = List.copyOf(fallbackIntegrations);
  }
}
