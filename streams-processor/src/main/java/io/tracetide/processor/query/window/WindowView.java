package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import java.util.function.Consumer;

/** Read access to the kept windows. */
public interface WindowView {

  /**
   * Passes every stored window whose start lies in [fromMs, toMs) to the reader, partition by
   * partition. All series of one (tenant, service) come from one partition, except for service
   * {@link io.tracetide.processor.window.SeriesId#OTHER}: of which each partition may have a part,
   * which the reader merges.
   *
   * @return the coverage of the read
   * @throws StoresUnavailableException when the stores cannot be read now; the reader may have been
   *     called already
   */
  Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader);

  /**
   * The same for a reader that does not use the statistics, which are most of the bytes of a window
   * and are not transferred then.
   */
  default Coverage readNames(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader);
  }

  /**
   * Passes the total of each service in every window to the reader: the merge of its operations.
   * Its series is {@link SeriesId#ofService()} of them. Stores have totals beside the series, so
   * that this reads a small part of the bytes of {@link #read}.
   */
  default Coverage readTotals(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    Totals totals = new Totals();
    Coverage coverage = read(tier, fromMs, toMs, scope, totals);
    totals.pass(reader);
    return coverage;
  }
}
