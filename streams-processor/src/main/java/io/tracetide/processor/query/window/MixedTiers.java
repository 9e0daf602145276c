package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.window.WindowTier;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reads a range with few windows: windows of coarse tiers inside, and finer ones at its edges.
 * Their merge is the same as that of the finest windows.
 */
public final class MixedTiers {
  private final WindowView view;
  private final Scope scope;
  private final Consumer<StoredWindow> reader;
  private final TreeSet<String> missing = new TreeSet<>();
  private OptionalLong slowestCloseMs = OptionalLong.empty();
  private OptionalLong fastestCloseMs = OptionalLong.empty();

  private MixedTiers(WindowView view, Scope scope, Consumer<StoredWindow> reader) {
    this.view = view;
    this.scope = scope;
    this.reader = reader;
  }

  /**
   * Passes windows that cover [fromMs, toMs) to the reader.
   *
   * @param tiers tiers that are kept
   * @param finest the finest tier to read; those with longer windows are read, too
   * @return the coverage; its times are of the finest tier that was read
   */
  public static Coverage read(
      WindowView view,
      List<WindowTier> tiers,
      WindowTier finest,
      long fromMs,
      long toMs,
      Scope scope,
      Consumer<StoredWindow> reader) {
    List<WindowTier> coarsestFirst =
        tiers.stream()
            .filter(tier -> tier.size().compareTo(finest.size()) >= 0)
            .sorted(Comparator.comparing(WindowTier::size).reversed())
            .toList();
    MixedTiers mixed = new MixedTiers(view, scope, reader);
    mixed.read(coarsestFirst, fromMs, toMs);
    return new Coverage(List.copyOf(mixed.missing), mixed.slowestCloseMs, mixed.fastestCloseMs);
  }

  private void read(List<WindowTier> tiers, long fromMs, long toMs) {
    WindowTier tier = tiers.get(0);
    if (tiers.size() == 1) {
      add(view.read(tier, fromMs, toMs, scope, reader));
      return;
    }
    List<WindowTier> finer = tiers.subList(1, tiers.size());
    long firstMs = tier.windowStart(fromMs + tier.sizeMs() - 1);
    long endMs = tier.windowStart(toMs);
    if (firstMs >= endMs) {
      read(finer, fromMs, toMs);
      return;
    }
    missing.addAll(view.read(tier, firstMs, endMs, scope, reader).missing());
    if (fromMs < firstMs) {
      read(finer, fromMs, firstMs);
    }
    if (endMs < toMs) {
      read(finer, endMs, toMs);
    }
  }

  private void add(Coverage coverage) {
    missing.addAll(coverage.missing());
    slowestCloseMs = coverage.slowestCloseMs();
    fastestCloseMs = coverage.fastestCloseMs();
  }
}
