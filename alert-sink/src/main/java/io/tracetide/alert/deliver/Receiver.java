package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.runtime.kafka.delivery.MessageRate;
import java.util.function.Predicate;

/**
 * An integration of a receiver: what notifications are delivered to.
 *
 * @param name of the integration, which is the receiver in notifications
 * @param groupId consumer group with the offsets of its deliveries
 * @param concerns whether a key of {@code notifications} belongs to it
 * @param channel of its deliveries
 * @param sendResolved whether resolutions are sent
 * @param rate limit of its messages
 * @param templates the failures of its templates
 */
record Receiver(
    String name,
    String groupId,
    Predicate<String> concerns,
    Channel channel,
    boolean sendResolved,
    MessageRate rate,
    TemplateTrouble templates) {

  /** The last failure of a template. */
  static final class TemplateTrouble implements TemplateFailures {
    private final Runnable count;
    private volatile String last = "";

    TemplateTrouble(Runnable count) {
      this.count = count;
    }

    @Override
    public void report(String template, String reason) {
      last = template + ": " + reason;
      count.run();
    }

    /** Empty if none has failed. */
    String last() {
      return last;
    }
  }
}
