package io.tracetide.alert.metric;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * The meters of the alert sink. Counters of the decision count work, not results: what an aborted
 * transaction repeats is counted again.
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>tags</th><th>meaning</th><th>alert on</th></tr>
 * <tr><td>{@code tracetide.sink.received}</td><td></td><td>records read from {@code anomalies}; the
 * sum of decisions and poison</td><td></td></tr>
 * <tr><td>{@code tracetide.sink.decisions}</td><td>transition</td><td>what they did to their alert:
 * opened, escalated, continued, resolved, stale</td><td></td></tr>
 * <tr><td>{@code tracetide.sink.poison}</td><td>topic, reason</td><td>records that were unreadable
 * and dead-lettered</td><td>any</td></tr>
 * <tr><td>{@code tracetide.sink.records.dropped}</td><td>cause, topic</td><td>records that could
 * not be processed, and records of ours that could not be sent</td><td>any</td></tr>
 * <tr><td>{@code tracetide.sink.notifications}</td><td>receiver, status</td><td>notifications
 * decided</td><td></td></tr>
 * <tr><td>{@code tracetide.sink.attempts}</td><td>receiver, channel, result</td><td>deliveries
 * tried; result is {@code delivered} or the reason of the failure</td><td>failures lasting 15 min
 * </td></tr>
 * <tr><td>{@code tracetide.sink.attempt.duration}</td><td>receiver, channel</td><td>time of one try
 * </td><td></td></tr>
 * <tr><td>{@code tracetide.sink.outcomes}</td><td>receiver, channel, status</td><td>deliveries that
 * ended: delivered, rejected, expired, superseded</td><td>any rejected or expired</td></tr>
 * <tr><td>{@code tracetide.sink.delivery.delay}</td><td>receiver</td><td>from the decision to the
 * logged delivery</td><td>p99 above a minute</td></tr>
 * <tr><td>{@code tracetide.sink.pending}</td><td>receiver</td><td>notifications waiting for their
 * delivery, or for another try</td><td>rising for 15 min</td></tr>
 * </table>
 */
public final class SinkMetrics {
  private final MeterRegistry registry;

  public SinkMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  public void received() {
    registry.counter("tracetide.sink.received").increment();
  }

  public void decided(Enum<?> transition) {
    registry.counter("tracetide.sink.decisions", "transition", label(transition)).increment();
  }

  public void poison(String topic, String reason) {
    registry
        .counter("tracetide.sink.poison", "topic", topic, "reason", reason.toLowerCase(Locale.ROOT))
        .increment();
  }

  public void dropped(String cause, String topic) {
    registry.counter("tracetide.sink.records.dropped", "cause", cause, "topic", topic).increment();
  }

  public void notification(String receiver, Enum<?> status) {
    registry
        .counter("tracetide.sink.notifications", "receiver", receiver, "status", label(status))
        .increment();
  }

  public void attempt(String receiver, String channel, String result, Duration took) {
    registry
        .counter(
            "tracetide.sink.attempts", "receiver", receiver, "channel", channel, "result", result)
        .increment();
    Timer.builder("tracetide.sink.attempt.duration")
        .tags("receiver", receiver, "channel", channel)
        .register(registry)
        .record(took);
  }

  public void outcome(String receiver, String channel, Enum<?> status) {
    registry
        .counter(
            "tracetide.sink.outcomes",
            "receiver",
            receiver,
            "channel",
            channel,
            "status",
            label(status))
        .increment();
  }

  public void delivered(String receiver, Duration sinceDecision) {
    registry.timer("tracetide.sink.delivery.delay", "receiver", receiver).record(sinceDecision);
  }

  public void pending(String receiver, IntSupplier count) {
    Gauge.builder("tracetide.sink.pending", count::getAsInt)
        .tag("receiver", receiver)
        .register(registry);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
