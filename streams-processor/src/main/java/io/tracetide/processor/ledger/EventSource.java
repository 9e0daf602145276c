package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.TraceEvent;
import org.jspecify.annotations.Nullable;

/** Reads events from the bytes in which they were written. Thread-safe but for {@link #read}. */
public interface EventSource {

  /** The whole event; null when it cannot be read as a whole. */
  @Nullable TraceEvent decode(byte[] record);

  /** Fills a view with what counting needs. */
  void read(byte[] record, TraceView into);
}
