package io.tracetide.processor.query.window;

import io.tracetide.processor.query.request.Scope;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.window.WindowTier;
import java.util.function.Consumer;

/** Windows that this application keeps, for reading only. */
public interface WindowView {

  /**
   * Hands every stored window whose start lies in [fromMs, toMs) to the reader, partition by
   * partition. All series of one (tenant, service) come from one partition, but for service {@link
   * io.tracetide.processor.window.SeriesId#OTHER}: of it each partition may have a part, which the
   * reader merges.
   *
   * @return what the read could and could not reach
   * @throws StoresUnavailableException when the stores cannot be read now; the reader may have been
   *     called already
   */
  Coverage read(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader);

  /**
   * The same for a reader that asks no window for its counts: they are most of what a window
   * weighs, and need not be fetched then.
   */
  default Coverage readNames(
      WindowTier tier, long fromMs, long toMs, Scope scope, Consumer<StoredWindow> reader) {
    return read(tier, fromMs, toMs, scope, reader);
  }
}
