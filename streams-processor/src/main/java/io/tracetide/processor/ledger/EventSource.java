package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.TraceEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads events from the bytes in which they were written, with masks in the place of personal data.
 * Thread-safe but for {@link #read}.
 */
public interface EventSource {

  /** The whole event; null when it cannot be read as a whole. */
  @Nullable TraceEvent decode(byte[] record);

  /** The bytes of the event as {@link #decode} reads it; the same ones when nothing is masked. */
  byte[] masked(byte[] record);

  /** Fills a view with what counting needs, as it was written. */
  void read(byte[] record, TraceView into);
}
