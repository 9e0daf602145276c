package io.tracetide.runtime.kafka.client;

import io.tracetide.runtime.meter.Reading;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/** Metrics of Kafka clients and Kafka Streams as readings for the meters of a role. */
public final class KafkaReadings {

  private KafkaReadings() {}

  /** One reading for each metric; its value is read on each request. */
  public static Stream<Reading> of(Map<MetricName, ? extends Metric> metrics) {
    return metrics.values().stream()
        .map(
            metric ->
                new Reading(
                    metric.metricName().group(),
                    metric.metricName().name(),
                    metric.metricName().tags(),
                    metric::metricValue));
  }
}
