package io.tracetide.processor.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How late the work of each service usually is, in windows. Services whose work comes in time cost
 * nothing.
 */
public final class UsualLateness {

  /*
   * A service is as late as the latest work that was a fair share of its window. When nothing has
   * been that late for a while, what is assumed is halved: a service whose queue has drained is
   * taken for timely again within three quarters of an hour at the most. A histogram would be
   * finer, and would have to be told of every window of every such service.
   */

  /** Late work that is less of its window than this says nothing about the service. */
  private static final double FAIR_SHARE = 0.005;

  private static final long REMEMBERED_MS = Duration.ofMinutes(10).toMillis();

  private final int most;
  private final Store store;
  private final Map<SeriesId, Late> services = new HashMap<>();

  /**
   * One service.
   *
   * @param windows how late its work is
   * @param seenMs event time at which it was that late
   */
  public record Late(int windows, long seenMs) {}

  /** Keeps what was learned. */
  public interface Store {

    void put(SeriesId service, Late late);

    void delete(SeriesId service);
  }

  /**
   * Knows of no late service yet.
   *
   * @param most windows that are waited for at the most
   */
  public UsualLateness(int most, Store store) {
    this.most = most;
    this.store = store;
  }

  /** Reads back what was kept. */
  public void restore(SeriesId service, Late late) {
    services.put(service, new Late(Math.min(late.windows(), most), late.seenMs()));
  }

  /** Windows that the work of the series' service is usually late by. */
  public int of(SeriesId series) {
    if (services.isEmpty()) {
      return 0;
    }
    Late late = services.get(series.isLatency() ? series.ofService() : workOf(series));
    return late == null ? 0 : late.windows();
  }

  private static SeriesId workOf(SeriesId series) {
    return SeriesId.ofOperation(series.tenant(), series.service(), SeriesId.ALL_OPERATIONS);
  }

  /**
   * Notes that work of a window came when others had closed after it.
   *
   * @param service the service as a whole
   * @param windows how many, the window itself included
   * @param share how much of all work of the window came late, 0 to 1
   * @param nowMs end of the newest closed window
   */
  public void came(SeriesId service, int windows, double share, long nowMs) {
    int bounded = Math.min(windows, most);
    Late known = services.get(service);
    if (share >= FAIR_SHARE && bounded > 0 && (known == null || bounded >= known.windows())) {
      Late late = new Late(bounded, nowMs);
      if (!late.equals(known)) {
        services.put(service, late);
        store.put(service, late);
      }
    }
  }

  /** Forgets what has not been seen for a while. */
  public void passed(long nowMs) {
    if (services.isEmpty()) {
      return;
    }
    List<SeriesId> punctual = new ArrayList<>();
    services.replaceAll(
        (service, late) -> {
          if (nowMs - late.seenMs() < REMEMBERED_MS) {
            return late;
          }
          Late less = new Late(late.windows() / 2, nowMs);
          if (less.windows() == 0) {
            punctual.add(service);
            store.delete(service);
          } else {
            store.put(service, less);
          }
          return less;
        });
    punctual.forEach(services::remove);
  }
}
