package io.tracetide.processor.query.promql;

import io.tracetide.processor.query.promql.Value.Histograms;
import io.tracetide.processor.query.promql.Value.VectorValue;
import io.tracetide.processor.query.promql.source.Labels;
import io.tracetide.processor.query.promql.source.QueryMetric;
import io.tracetide.processor.query.promql.source.StepValues;
import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.promql.source.WindowRead;
import io.tracetide.processor.query.promql.source.WindowSeries;
import io.tracetide.processor.query.promql.syntax.SeriesMatcher;
import io.tracetide.processor.window.WindowStats;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates a counter as it is: what was counted from the start of the retention up to the step.
 *
 * <p>The time before the first step is read from coarse windows up to their last boundary, and the
 * rest from finer ones, so that a total costs about 800 windows of each series.
 */
final class TotalEvaluator {
  private record Chunk(TierReach tier, long fromMs, long toMs) {}

  private final QueryRun run;
  private final long offsetMs;
  private final List<Chunk> chunks;

  TotalEvaluator(QueryRun run, long offsetMs) {
    this.run = run;
    this.offsetMs = offsetMs;
    this.chunks = chunks();
  }

  private List<Chunk> chunks() {
    List<TierReach> tiers = run.source().tiers();
    long firstMs = timeMs(0);
    long lastMs = timeMs(run.steps().count() - 1);
    List<Chunk> found = new ArrayList<>();
    long upToMs = Long.MAX_VALUE;
    for (int i = 0; i < tiers.size(); i++) {
      TierReach tier = tiers.get(i);
      long fromMs = tier.ceiling(tier.keptFromMs());
      if (i + 1 < tiers.size()) {
        TierReach coarser = tiers.get(i + 1);
        fromMs = Math.max(coarser.floor(Math.min(firstMs, upToMs)), coarser.ceiling(fromMs));
      }
      long toMs = Math.min(upToMs, tier.floor(lastMs));
      if (fromMs < toMs) {
        found.add(new Chunk(tier, fromMs, toMs));
      }
      upToMs = Math.min(upToMs, fromMs);
    }
    return found;
  }

  VectorValue counter(QueryMetric metric, List<SeriesMatcher> matchers) {
    VectorBuilder result = new VectorBuilder(run);
    read(metric, matchers)
        .forEach(
            (labels, parts) -> {
              StepValues samples = result.samples(labels);
              for (int step = 0; step < samples.steps(); step++) {
                double sum = 0;
                boolean present = false;
                for (WindowSeries part : parts) {
                  int to = part.after(timeMs(step));
                  present |= to > 0;
                  sum += part.sum(0, to);
                }
                if (present) {
                  samples.set(step, sum);
                }
              }
            });
    return result.build();
  }

  Histograms histograms(QueryMetric metric, List<SeriesMatcher> matchers) {
    double[] scale = new double[run.steps().count()];
    Arrays.fill(scale, 1);
    List<Histogram> result = new ArrayList<>();
    read(metric, matchers)
        .forEach(
            (labels, parts) ->
                result.add(
                    new Histogram(
                        labels,
                        parts.stream()
                            .<Histogram.Part>map(part -> (step, into) -> add(part, step, into))
                            .toList())));
    return new Histograms(result, scale);
  }

  private boolean add(WindowSeries part, int step, WindowStats into) {
    int to = part.after(timeMs(step));
    part.addTo(into, 0, to);
    return to > 0;
  }

  private Map<Labels, List<WindowSeries>> read(QueryMetric metric, List<SeriesMatcher> matchers) {
    Map<Labels, List<WindowSeries>> read = new LinkedHashMap<>();
    for (Chunk chunk : chunks) {
      List<WindowSeries> series =
          run.source()
              .windows(
                  new WindowRead(
                      metric,
                      matchers,
                      chunk.tier().sizeMs(),
                      chunk.fromMs(),
                      chunk.toMs(),
                      labels -> labels),
                  run::warn);
      for (WindowSeries part : series) {
        read.computeIfAbsent(part.labels(), labels -> new ArrayList<>()).add(part);
      }
      run.checkSeries(read.size());
    }
    return read;
  }

  private long timeMs(int step) {
    return run.steps().timeMs(step) - offsetMs;
  }
}
