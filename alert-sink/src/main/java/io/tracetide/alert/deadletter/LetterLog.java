package io.tracetide.alert.deadletter;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;

/**
 * Writes dead letters to the log, one in ten seconds per reason with the number of those passed
 * over: a flood of poison is no flood of lines. Meters count them all. For one thread.
 */
public final class LetterLog {
  private static final long PAUSE_MILLIS = 10_000;

  private static final class Written {
    private long atMillis;
    private int passedOver;
  }

  private final Logger log;
  private final Map<String, Written> byReason = new HashMap<>();

  public LetterLog(Logger log) {
    this.log = log;
  }

  /** Notes that the record at that place became a dead letter. */
  public void note(String reason, String topic, int partition, long offset, long nowMillis) {
    Written last = byReason.get(reason);
    if (last != null && Math.abs(nowMillis - last.atMillis) < PAUSE_MILLIS) {
      last.passedOver++;
      return;
    }
    log.warn(
        "record dead-lettered reason={} topic={} partition={} offset={} passedOver={}",
        reason.toLowerCase(Locale.ROOT),
        topic,
        partition,
        offset,
        last == null ? 0 : last.passedOver);
    Written now = new Written();
    now.atMillis = nowMillis;
    byReason.put(reason, now);
  }
}
