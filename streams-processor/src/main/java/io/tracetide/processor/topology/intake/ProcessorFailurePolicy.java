package io.tracetide.processor.topology.intake;

import io.tracetide.processor.intake.RecordBatch;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.runtime.kafka.streams.FailurePolicy;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * The processor's handler of records that cannot be read, processed or sent.
 *
 * <p>A batch of records that fails is processed once more by the replacement thread before it is
 * dropped, because its valid records would be dropped with it. This happens at most once in five
 * minutes, so that a processor whose threads fail more often stops.
 */
public final class ProcessorFailurePolicy extends FailurePolicy {

  /** Setting that holds the {@link State}. */
  public static final String STATE = "tracetide.processor.failed.records";

  private @Nullable State state;

  /** State that is shared by all threads and survives their replacement. */
  public static final class State {

    private static final long BETWEEN_RETRIES_NANOS = Duration.ofMinutes(5).toNanos();

    private final ProcessorMetrics metrics;
    private @Nullable Long retriedNanos;

    public State(ProcessorMetrics metrics) {
      this.metrics = metrics;
    }

    synchronized boolean mayRetry(long nowNanos) {
      Long last = retriedNanos;
      if (last != null && nowNanos - last < BETWEEN_RETRIES_NANOS) {
        return false;
      }
      retriedNanos = nowNanos;
      return true;
    }
  }

  /** Kafka Streams creates handlers by their class. */
  public ProcessorFailurePolicy() {
    super(Topics.TRACES_DEAD_LETTER);
  }

  @Override
  public void configure(Map<String, ?> configs) {
    state = configs.get(STATE) instanceof State given ? given : null;
  }

  @Override
  protected void dropped(String cause, String topic) {
    State shared = state;
    if (shared != null) {
      shared.metrics.dropped(cause, topic).increment();
    }
  }

  @Override
  protected boolean isRetried(ErrorHandlerContext context) {
    State shared = state;
    return shared != null && isBatch(context.headers()) && shared.mayRetry(System.nanoTime());
  }

  private static boolean isBatch(@Nullable Headers headers) {
    return headers != null && RecordBatch.isMarked(headers);
  }
}
