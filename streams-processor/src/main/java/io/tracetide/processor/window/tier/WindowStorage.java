package io.tracetide.processor.window.tier;

import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.UsualLateness;
import io.tracetide.processor.window.Watermark;
import io.tracetide.processor.window.WindowTier;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/** Port: the stores of the windows of one partition. */
public interface WindowStorage
    extends UsualLateness.Store, Watermark.InputStore, StoredServices.Store {

  RowStore rows(WindowTier tier);

  /** A saved time; {@code Long.MIN_VALUE} when there is none of this name. */
  long time(String name);

  void putTime(String name, long timeMs);

  /** Reads the saved event times of the inputs. */
  void eachInput(BiConsumer<Integer, Long> reader);

  /** Reads the saved lateness of all services. */
  void eachLateness(BiConsumer<SeriesId, UsualLateness.Late> reader);

  /** Saves a block of partial counts until its newest window has closed. */
  void append(byte[] block, long newestMs);

  /**
   * Reads all saved blocks, oldest first.
   *
   * @param reader returns the start of the newest window in the block
   */
  void replay(ToLongFunction<byte[]> reader);

  /** Deletes the blocks whose windows all start before a time. */
  void dropBefore(long startMs);
}
