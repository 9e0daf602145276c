package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.request.ServiceName;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Names of services, operations and metrics in a range, read from the keys of the windows. */
public final class Inventory {
  private final WindowView view;
  private final List<WindowTier> tiers;

  public Inventory(WindowView view, List<WindowTier> tiers) {
    this.view = view;
    this.tiers = List.copyOf(tiers);
  }

  public ServicesAnswer answer(ServicesQuery query, Instant now, CancellationCheck cancellation) {
    Granularity granularity = query.tier(now, tiers);
    Map<ServiceName, Names> found = new TreeMap<>();
    Coverage coverage =
        view.readNames(
            granularity.tier(),
            granularity.floor(query.range().fromMs()),
            query.range().toMs(),
            query.scope().withParts(),
            window -> {
              cancellation.check();
              found
                  .computeIfAbsent(ServiceName.of(window.series()), name -> new Names())
                  .add(window, granularity);
            });
    return new ServicesAnswer(
        query.range().from(),
        query.range().to(),
        coverage.partial(),
        coverage.missing(),
        found.entrySet().stream()
            .map(
                entry ->
                    new ServicesAnswer.Service(
                        entry.getKey().tenant(),
                        entry.getKey().service(),
                        List.copyOf(entry.getValue().operations),
                        List.copyOf(entry.getValue().metrics),
                        entry.getValue().attributes,
                        Instant.ofEpochMilli(entry.getValue().lastSeenMs)))
            .toList());
  }

  private static final class Names {
    private final Set<String> operations = new TreeSet<>();
    private final Set<String> metrics = new TreeSet<>();
    private final Map<String, Set<String>> attributes = new TreeMap<>();
    private long lastSeenMs;

    void add(StoredWindow window, Granularity granularity) {
      if (window.series().isLatency()) {
        operations.add(window.series().operation());
      } else {
        metrics.add(window.series().metric());
        for (String attribute : window.series().attributes().keySet()) {
          if (!attribute.equals(SeriesId.OTHER)) {
            attributes
                .computeIfAbsent(window.series().metric(), key -> new TreeSet<>())
                .add(attribute);
          }
        }
      }
      lastSeenMs = Math.max(lastSeenMs, window.startMs() + granularity.size().toMillis());
    }
  }
}
