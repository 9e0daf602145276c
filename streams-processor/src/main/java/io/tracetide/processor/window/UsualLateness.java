package io.tracetide.processor.window;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The usual lateness of the spans of each service, in windows. Services whose spans arrive in time
 * need no memory.
 */
public final class UsualLateness {

  /*
   * The lateness of a service is that of its latest spans that were a significant share of their
   * window. When none were that late for a while, the lateness is halved: a service whose queue has
   * drained has lateness 0 again within three quarters of an hour. A histogram would be more
   * precise, but would have to be updated for every window of every late service.
   */

  /** Late spans below this share of their window are ignored. */
  private static final double SIGNIFICANT_SHARE = 0.005;

  private static final long REMEMBERED_MS = Duration.ofMinutes(10).toMillis();

  private final int most;
  private final Store store;
  private final Map<SeriesId, Late> services = new HashMap<>();

  /**
   * One service.
   *
   * @param windows lateness of its spans, in windows
   * @param seenMs event time at which it was that late
   */
  public record Late(int windows, long seenMs) {}

  /** Saves the lateness of services. */
  public interface Store {

    void put(SeriesId service, Late late);

    void delete(SeriesId service);
  }

  /**
   * Starts without late services.
   *
   * @param most maximum of the lateness, in windows
   */
  public UsualLateness(int most, Store store) {
    this.most = most;
    this.store = store;
  }

  /** Restores the lateness of a service. */
  public void restore(SeriesId service, Late late) {
    services.put(service, new Late(Math.min(late.windows(), most), late.seenMs()));
  }

  /** Usual lateness of the series' service, in windows. */
  public int of(SeriesId series) {
    if (services.isEmpty()) {
      return 0;
    }
    Late late = services.get(series.isLatency() ? series.ofService() : spansOf(series));
    return late == null ? 0 : late.windows();
  }

  private static SeriesId spansOf(SeriesId series) {
    return SeriesId.ofOperation(series.tenant(), series.service(), SeriesId.ALL_OPERATIONS);
  }

  /**
   * Updates the lateness of a service by late spans of one window.
   *
   * @param service the service as a whole
   * @param windows number of windows that had closed, including their own
   * @param share share of the late spans in all spans of the window, 0 to 1
   * @param nowMs end of the newest closed window
   */
  public void observe(SeriesId service, int windows, double share, long nowMs) {
    int bounded = Math.min(windows, most);
    Late known = services.get(service);
    if (share >= SIGNIFICANT_SHARE
        && bounded > 0
        && (known == null || bounded >= known.windows())) {
      Late late = new Late(bounded, nowMs);
      if (!late.equals(known)) {
        services.put(service, late);
        store.put(service, late);
      }
    }
  }

  /** Halves the lateness of services that have not been that late for a while. */
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
