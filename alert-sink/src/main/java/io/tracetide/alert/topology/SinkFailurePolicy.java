package io.tracetide.alert.topology;

import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.runtime.kafka.streams.FailurePolicy;
import io.tracetide.schemas.topic.Topics;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sink's handler of records that cannot be read, processed or sent. */
public final class SinkFailurePolicy extends FailurePolicy {

  /** Setting that holds the {@link SinkMetrics}. */
  public static final String METRICS = "tracetide.sink.metrics";

  private @Nullable SinkMetrics metrics;

  /** Kafka Streams creates handlers by their class. */
  public SinkFailurePolicy() {
    super(Topics.NOTIFICATIONS_DEAD_LETTER);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    metrics = configs.get(METRICS) instanceof SinkMetrics given ? given : null;
  }

  @Override
  protected void dropped(String cause, String topic) {
    SinkMetrics meters = metrics;
    if (meters != null) {
      meters.dropped(cause, topic);
    }
  }
}
