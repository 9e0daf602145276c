package io.tracetide.processor.query.anomaly;

import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.schemas.Anomaly;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Searches the newest matching anomalies; holds at most {@code limit} of them in memory. */
public final class AnomalySearch {
  private static final Comparator<Anomaly> OLDEST_FIRST =
      Comparator.comparing(Anomaly::getOpenedAt).thenComparing(Anomaly::getAnomalyId);

  private final AnomalyView view;

  public AnomalySearch(AnomalyView view) {
    this.view = view;
  }

  public AnomaliesAnswer answer(AnomalyQuery query, CancellationCheck cancellation) {
    PriorityQueue<Anomaly> newest = new PriorityQueue<>(OLDEST_FIRST);
    int[] total = {0};
    List<String> missing =
        view.read(
            anomaly -> {
              cancellation.check();
              if (query.matches(anomaly)) {
                total[0]++;
                newest.add(anomaly);
                if (newest.size() > query.limit()) {
                  newest.remove();
                }
              }
            });
    List<Anomaly> found = new ArrayList<>(newest);
    found.sort(Collections.reverseOrder(OLDEST_FIRST));
    return new AnomaliesAnswer(
        !missing.isEmpty(),
        missing,
        total[0],
        found.stream().map(AnomaliesAnswer.Item::of).toList());
  }
}
