package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.message.AlertMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A channel whose attempts end at given times with given results; it is the clock too. */
final class ScriptedChannel extends Clock implements ChannelConfig, Channel {
  private final List<Step> steps;
  private volatile Instant now = DeliveryFixture.CLOCK.instant();

  /** What was attempted. */
  final List<AlertMessage> messages = new CopyOnWriteArrayList<>();

  private ScriptedChannel(List<Step> steps) {
    this.steps = steps;
  }

  /**
   * An attempt.
   *
   * @param at seconds from the beginning at which it ends
   */
  record Step(long at, DeliveryResult result) {}

  /** A channel whose attempts after the last step end as that one. */
  static ScriptedChannel of(Step... steps) {
    return new ScriptedChannel(List.of(steps));
  }

  @Override
  public String kind() {
    return "scripted";
  }

  @Override
  public Channel open(ChannelContext context) {
    return this;
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    Step step = steps.get(Math.min(messages.size(), steps.size() - 1));
    now = DeliveryFixture.CLOCK.instant().plus(Duration.ofSeconds(step.at()));
    messages.add(message);
    return step.result();
  }

  @Override
  public void close() {}

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
