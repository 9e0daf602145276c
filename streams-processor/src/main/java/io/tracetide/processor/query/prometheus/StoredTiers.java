package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.promql.source.TierReach;
import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.window.Coverage;
import io.tracetide.processor.window.WindowTier;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The tiers with how far they reach back now. */
record StoredTiers(List<WindowTier> tiers, long closedUpToMs) {
  private static final long LEAST_WINDOWS = 3;

  /**
   * Reads how far windows have closed; retention counts back from there, which differs from now
   * while old events are replayed.
   */
  static StoredTiers read(Reader reader, List<WindowTier> tiers, Consumer<String> warnings) {
    List<WindowTier> sorted =
        tiers.stream().sorted(Comparator.comparing(WindowTier::size)).toList();
    long nowMs = reader.now().toEpochMilli();
    Coverage coverage =
        reader
            .windows()
            .readNames(
                sorted.get(0), nowMs, nowMs, new Scope(reader.tenants(), Set.of()), window -> {});
    warnMissing(coverage.missing(), warnings);
    return new StoredTiers(sorted, coverage.fastestCloseMs().orElse(nowMs));
  }

  static void warnMissing(List<String> hosts, Consumer<String> warnings) {
    if (!hosts.isEmpty()) {
      warnings.accept(
          "the answer is partial: data of %s are missing".formatted(String.join(", ", hosts)));
    }
  }

  List<TierReach> reaches() {
    return tiers.stream().map(tier -> new TierReach(tier.sizeMs(), keptFromMs(tier))).toList();
  }

  long keptFromMs(WindowTier tier) {
    return closedUpToMs - tier.retentionMs();
  }

  WindowTier ofSize(long sizeMs) {
    return tiers.stream().filter(tier -> tier.sizeMs() == sizeMs).findFirst().orElseThrow();
  }

  /** A tier for names in a range: the coarsest one that still cuts it, and that reaches back. */
  WindowTier forNames(long fromMs, long toMs) {
    WindowTier chosen = tiers.get(0);
    for (WindowTier tier : tiers) {
      boolean cuts = toMs - fromMs >= LEAST_WINDOWS * tier.sizeMs();
      boolean needed = keptFromMs(chosen) > fromMs;
      if (cuts || needed) {
        chosen = tier;
      }
    }
    return chosen;
  }
}
