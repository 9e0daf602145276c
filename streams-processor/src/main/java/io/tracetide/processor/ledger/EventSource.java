package io.tracetide.processor.ledger;

import io.tracetide.processor.event.TraceView;
import io.tracetide.schemas.TraceEvent;
import org.jspecify.annotations.Nullable;

/**
 * Decodes events from the bytes of their records, with masked personal data. Thread-safe, except
 * {@link #read}.
 */
public interface EventSource {

  /** The complete event; null when it cannot be decoded. */
  @Nullable TraceEvent decode(byte[] record);

  /**
   * The encoded event with masks; the same array when nothing is masked, null when it cannot be
   * decoded.
   */
  byte @Nullable [] masked(byte[] record);

  /** Fills a view with the fields that counting needs, without masks. */
  void read(byte[] record, TraceView into);
}
