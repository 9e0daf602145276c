package io.tracetide.alert.deliver;

import io.tracetide.alert.message.Links;
import io.tracetide.runtime.kafka.delivery.DeliveryConfig;
import java.util.List;

/**
 * What is delivered to whom.
 *
 * @param receivers the configured receivers
 * @param fallbackReceiver name of the receiver of notifications that others did not get; empty for
 *     none
 * @param groupPrefix what the ids of the consumer groups begin with
 * @param delivery queue, retries, timeouts and limits
 * @param links links of the messages
 */
public record DeliveryPlan(
    List<ReceiverConfig> receivers,
    String fallbackReceiver,
    String groupPrefix,
    DeliveryConfig delivery,
    Links links) {

  public DeliveryPlan {
    receivers = List.copyOf(receivers);
  }

  /** Names of the integrations of the fallback receiver. */
  List<String> fallbackIntegrations() {
    return receivers.stream()
        .filter(receiver -> receiver.name().equals(fallbackReceiver))
        .flatMap(receiver -> receiver.integrations().stream())
        .map(ReceiverConfig.Integration::name)
        .toList();
  }
}
