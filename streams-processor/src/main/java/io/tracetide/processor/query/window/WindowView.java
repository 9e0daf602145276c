package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StoresUnavailableException;
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
}
