package io.tracetide.processor.ledger.recent;

import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.store.LedgerKey;
import io.tracetide.processor.ledger.store.LedgerStorage;
import io.tracetide.processor.ledger.store.LedgerTally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finished traces that are kept in the store for a while, by the hour in which they finished;
 * limited for each service and minute.
 */
public final class RetainedTraces {

  private static final long HOUR_MS = 3_600_000;
  private static final long MINUTE_MS = 60_000;
  private static final int MOST_EXPIRED_AT_ONCE = 1_000;

  private final LedgerConfig.Kept config;
  private final LedgerStorage storage;
  private final LedgerTally tally;
  private final Map<String, Integer> keptThisMinute = new HashMap<>();
  private long minute;

  public RetainedTraces(LedgerConfig.Kept config, LedgerStorage storage, LedgerTally tally) {
    this.config = config;
    this.storage = storage;
    this.tally = tally;
  }

  /** Whether a service may keep one more trace in this minute; then it is counted. */
  public boolean mayKeep(String tenant, String service) {
    String owner = tenant + '\0' + service;
    if (keptThisMinute.merge(owner, 1, Integer::sum) <= config.perServiceAndMinute()) {
      return true;
    }
    tally.unkept.increment();
    return false;
  }

  public void keep(byte[] storeKey, byte[] trace, long nowMs) {
    storage.putKept(LedgerKey.kept(nowMs / HOUR_MS, storeKey), trace);
  }

  /** Advances the time: starts a new minute and drops expired traces. */
  public void advance(long nowMs) {
    if (minute != nowMs / MINUTE_MS) {
      minute = nowMs / MINUTE_MS;
      keptThisMinute.clear();
      dropExpired(nowMs);
    }
  }

  private void dropExpired(long nowMs) {
    long hour = (nowMs - config.keep().toMillis()) / HOUR_MS;
    List<byte[]> old = new ArrayList<>();
    storage.readKept(
        new byte[0],
        (key, bytes) -> {
          boolean expired = LedgerKey.hash(key) < hour;
          if (expired) {
            old.add(Arrays.copyOf(key, key.length));
          }
          return expired && old.size() < MOST_EXPIRED_AT_ONCE;
        });
    old.forEach(storage::removeKept);
  }
}
