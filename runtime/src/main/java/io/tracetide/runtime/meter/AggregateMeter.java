package io.tracetide.runtime.meter;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;

/**
 * A meter that aggregates readings of one name (sum, maximum or minimum) over all threads, clients
 * and partitions, so that its labels contain no id.
 *
 * @param name as it is exported, without the {@code _total} of a counter
 * @param source where the readings come from
 * @param rising whether it is a counter
 * @param perTopic whether each topic has a series
 * @param unit factor of a reading, for seconds
 */
record AggregateMeter(
    String name,
    String help,
    Source source,
    DoubleBinaryOperator combined,
    boolean rising,
    boolean perTopic,
    double unit) {

  /** The client that has the readings. */
  enum Owner {
    ANY,
    /** A thread's consumer, which reads what is processed. */
    CONSUMER,
    /** A consumer that restores stores from their changelogs. */
    RESTORE_CONSUMER;

    private boolean has(String client) {
      return switch (this) {
        case ANY -> true;
        case CONSUMER -> client.endsWith("-consumer") && !RESTORE_CONSUMER.has(client);
        case RESTORE_CONSUMER -> client.endsWith("-restore-consumer");
      };
    }
  }

  /** Readings of one name. */
  record Source(String group, String name, Owner owner) {
    private boolean has(Reading reading) {
      return reading.name().equals(name)
          && reading.group().equals(group)
          && owner.has(reading.tags().getOrDefault("client-id", ""));
    }
  }

  private static final double MILLISECONDS = 1e-3;

  static AggregateMeter total(String name, String help, String group, String source) {
    return new AggregateMeter(
        name, help, new Source(group, source, Owner.ANY), Double::sum, true, false, 1);
  }

  static AggregateMeter sum(String name, String help, String group, String source) {
    return new AggregateMeter(
        name, help, new Source(group, source, Owner.ANY), Double::sum, false, false, 1);
  }

  static AggregateMeter highest(String name, String help, String group, String source) {
    return new AggregateMeter(
        name, help, new Source(group, source, Owner.ANY), Math::max, false, false, 1);
  }

  static AggregateMeter lowest(String name, String help, String group, String source) {
    return new AggregateMeter(
        name, help, new Source(group, source, Owner.ANY), Math::min, false, false, 1);
  }

  AggregateMeter of(Owner owner) {
    return new AggregateMeter(
        name, help, new Source(source.group, source.name, owner), combined, rising, perTopic, unit);
  }

  AggregateMeter ofEachTopic() {
    return new AggregateMeter(name, help, source, combined, rising, true, unit);
  }

  AggregateMeter fromMilliseconds() {
    return new AggregateMeter(name, help, source, combined, rising, perTopic, MILLISECONDS);
  }

  /** The meter with its value in these readings. */
  MetricSnapshot in(Iterable<Reading> readings) {
    Map<Labels, Double> values = new TreeMap<>();
    for (Reading reading : readings) {
      // Clients have some values twice, as a whole and for each topic.
      if (source.has(reading) && reading.tags().containsKey("topic") == perTopic) {
        double value = value(reading) * unit;
        if (!Double.isNaN(value)) {
          values.merge(labels(reading), value, combined::applyAsDouble);
        }
      }
    }
    if (values.isEmpty() && !perTopic) {
      values.put(Labels.EMPTY, rising ? 0.0 : Double.NaN);
    }
    MetricMetadata metadata = new MetricMetadata(name, help);
    return rising
        ? new CounterSnapshot(
            metadata,
            values.entrySet().stream()
                .map(e -> new CounterDataPointSnapshot(e.getValue(), e.getKey(), null, 0))
                .toList())
        : new GaugeSnapshot(
            metadata,
            values.entrySet().stream()
                .map(e -> new GaugeDataPointSnapshot(e.getValue(), e.getKey(), null))
                .toList());
  }

  private Labels labels(Reading reading) {
    return perTopic ? Labels.of("topic", reading.tags().getOrDefault("topic", "")) : Labels.EMPTY;
  }

  /** A store that is being closed has no size. */
  private static double value(Reading reading) {
    try {
      return reading.value().get() instanceof Number number ? number.doubleValue() : Double.NaN;
    } catch (RuntimeException e) {
      return Double.NaN;
    }
  }
}
