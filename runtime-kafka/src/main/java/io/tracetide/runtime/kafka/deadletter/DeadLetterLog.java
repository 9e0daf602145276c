package io.tracetide.runtime.kafka.deadletter;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Log lines of dead letters: at most one per reason in ten seconds, with the number of letters
 * since the last line. Meters count all of them. For one thread.
 */
public final class DeadLetterLog {

  private static final long QUIET_MS = 10_000;
  private static final int MAX_DETAIL = 256;

  private final Logger log;
  private final Map<String, Written> byReason = new HashMap<>();

  /** When the last line of a reason was written, and how many letters followed without one. */
  private static final class Written {
    private long atMs;
    private long unlogged;
  }

  public DeadLetterLog(Logger log) {
    this.log = log;
  }

  /** Logs the dead letter of the record at that position, if a line is due. */
  public void note(
      String reason, String detail, String topic, int partition, long offset, long nowMs) {
    Written last = byReason.get(reason);
    if (last == null) {
      last = new Written();
      byReason.put(reason, last);
    } else if (Math.abs(nowMs - last.atMs) < QUIET_MS) {
      last.unlogged++;
      return;
    }
    log.warn(
        "record dead-lettered reason={} topic={} partition={} offset={} unlogged={} detail=\"{}\"",
        reason.toLowerCase(Locale.ROOT),
        topic,
        partition,
        offset,
        last.unlogged,
        printable(detail));
    last.atMs = nowMs;
    last.unlogged = 0;
  }

  private static String printable(String text) {
    return text.substring(0, Math.min(text.length(), MAX_DETAIL)).replaceAll("\\p{Cntrl}", "?");
  }
}
