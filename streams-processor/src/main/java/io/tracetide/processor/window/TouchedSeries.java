package io.tracetide.processor.window;

import io.tracetide.processor.bytes.ByteWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The series of open windows that have new counts since they were taken last. The cost of taking
 * them grows with the series that have changed and, because the merge of a service's operations
 * changes with each of them, with the operations of their services. Not thread-safe.
 */
final class TouchedSeries {

  private final Map<Long, Window> windows = new TreeMap<>();
  private final ByteWriter out = new ByteWriter();

  /** Receives the counts of one series in one window. */
  @FunctionalInterface
  interface Reader {
    void read(byte[] series, long startMs, byte[] counts);
  }

  /** The series of one service in one window. */
  private static final class Service {
    private final List<Series> members = new ArrayList<>();
    private final Set<Series> touched = new LinkedHashSet<>();
  }

  /** One window: its series by service. */
  private static final class Window {
    private final Map<ByteBuffer, Service> services = new HashMap<>();
    private final IdentityHashMap<Series, Service> ofSeries = new IdentityHashMap<>();
    private final Set<Service> touched = new LinkedHashSet<>();
    private int known;

    /** Adds the series that the window has got since the last call. */
    void complete(OpenWindow window) {
      for (; known < window.size(); known++) {
        Series series = window.get(known);
        Service service =
            services.computeIfAbsent(
                ByteBuffer.wrap(series.key(), 0, series.prefix()), name -> new Service());
        service.members.add(series);
        ofSeries.put(series, service);
      }
    }

    void touch(Series series) {
      Service service = ofSeries.get(series);
      if (service != null) {
        service.touched.add(series);
        touched.add(service);
      }
    }
  }

  /** Notes new counts of a series in an open window. */
  void touch(Series series, long startMs, OpenWindow window) {
    Window noted = windows.computeIfAbsent(startMs, ms -> new Window());
    noted.complete(window);
    noted.touch(series);
  }

  void remove(long startMs) {
    windows.remove(startMs);
  }

  void clear() {
    windows.clear();
  }

  /**
   * Passes the touched series to the reader, and the merge of the operations of their services.
   *
   * @param most series after which it ends; the rest is left for the next call
   * @param open the open windows by their start
   */
  void take(int most, Map<Long, OpenWindow> open, Reader reader) {
    int taken = 0;
    for (Map.Entry<Long, Window> entry : windows.entrySet()) {
      OpenWindow window = open.get(entry.getKey());
      Iterator<Service> services = entry.getValue().touched.iterator();
      while (window != null && services.hasNext()) {
        if (taken >= most) {
          return;
        }
        Service service = services.next();
        taken += take(service, entry.getKey(), window, reader);
        services.remove();
      }
    }
  }

  private int take(Service service, long startMs, OpenWindow window, Reader reader) {
    boolean spans = false;
    for (Series series : service.touched) {
      spans |= series.isLatency();
      WindowStats stats = new WindowStats();
      window.addTo(stats, series);
      reader.read(series.key(), startMs, encode(stats));
    }
    if (spans) {
      WindowStats total = new WindowStats();
      for (Series series : service.members) {
        if (series.isLatency()) {
          window.addTo(total, series);
        }
      }
      Series first = service.members.get(0);
      reader.read(SeriesCodec.ofService(first.key(), first.prefix()), startMs, encode(total));
    }
    int taken = service.touched.size() + 1;
    service.touched.clear();
    return taken;
  }

  private byte[] encode(WindowStats stats) {
    out.clear();
    WindowStatsCodec.encode(stats, 0, out);
    return out.toByteArray();
  }
}
