package io.tracetide.processor.topology.intake;

import io.tracetide.processor.event.DeadLetterReason;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;

/**
 * Logs dead letters without letting them flood the log: one line per reason and ten seconds, with
 * the number of those that were not logged.
 */
final class DeadLetterLog {

  private static final long QUIET_MS = 10_000;

  private final Logger log;
  private final Map<DeadLetterReason, Quiet> quiet = new EnumMap<>(DeadLetterReason.class);

  /** Until when a reason is not logged again, and how many were not. */
  private record Quiet(long untilMs, long unlogged) {}

  DeadLetterLog(Logger log) {
    this.log = log;
  }

  void log(DeadLetterReason reason, String detail, RecordMetadata origin, long nowMs) {
    Quiet current = quiet.getOrDefault(reason, new Quiet(Long.MIN_VALUE, 0));
    if (nowMs < current.untilMs) {
      quiet.put(reason, new Quiet(current.untilMs, current.unlogged + 1));
      return;
    }
    quiet.put(reason, new Quiet(nowMs + QUIET_MS, 0));
    log.warn(
        "record dead-lettered reason={} topic={} partition={} offset={} unlogged={} detail=\"{}\"",
        reason.label(),
        origin.topic(),
        origin.partition(),
        origin.offset(),
        current.unlogged,
        printable(detail));
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), 256)).replaceAll("\\p{Cntrl}", "?");
  }
}
