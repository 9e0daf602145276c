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
 * <p>A batch of records that fails is processed once more by the next thread before it is dropped,
 * because the good records in it would be dropped with it. That is done once in five minutes: a
 * processor whose threads fail more often stops.
 */
public final class ProcessorFailurePolicy extends FailurePolicy {

  /** Setting that holds the {@link State}. */
  public static final String STATE = "tracetide.processor.failed.records";

  private @Nullable State state;

  /** What outlives a thread, and is shared by all of them. */
  public static final class State {

    private static final long BETWEEN_TRIES_NANOS = Duration.ofMinutes(5).toNanos();

    private final ProcessorMetrics metrics;
    private @Nullable Long triedAgainNanos;

    public State(ProcessorMetrics metrics) {
      this.metrics = metrics;
    }

    synchronized boolean mayTryAgain(long nowNanos) {
      Long last = triedAgainNanos;
      if (last != null && nowNanos - last < BETWEEN_TRIES_NANOS) {
        return false;
      }
      triedAgainNanos = nowNanos;
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
  protected boolean isTriedAgain(ErrorHandlerContext context) {
    State shared = state;
    return shared != null && isBatch(context.headers()) && shared.mayTryAgain(System.nanoTime());
  }

  private static boolean isBatch(@Nullable Headers headers) {
    return headers != null && RecordBatch.isMarked(headers);
  }
}
