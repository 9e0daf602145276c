package io.tracetide.alert.topology;

import java.time.Duration;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Records that a processor has forwarded to a topic since the last look. Consumers see them after a
 * commit. It is requested at each look, so that a few of them do not wait for the commit interval;
 * many of them do, because commits at each look would take much of the time of a storm.
 */
final class PendingOutputs {
  /** Time between two looks. */
  static final Duration LOOK = Duration.ofMillis(250);

  /** Records for which a commit is requested: up to this rate they take less time than it does. */
  static final int FEW = 50;

  private int count;

  void written() {
    count++;
  }

  void look(ProcessorContext<?, ?> context) {
    if (count > 0 && count <= FEW) {
      context.commit();
    }
    count = 0;
  }
}
