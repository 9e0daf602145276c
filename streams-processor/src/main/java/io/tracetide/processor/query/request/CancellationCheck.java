package io.tracetide.processor.query.request;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Ends a long read when its query was cancelled. */
public final class CancellationCheck {
  /** A check for each window would cost more than reading the window. */
  private static final int WINDOWS_BETWEEN_CHECKS = 1_024;

  private final BooleanSupplier cancelled;
  private int windows;

  /** Ends the read when {@code cancelled} is true. */
  public CancellationCheck(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  public static CancellationCheck endless() {
    return new CancellationCheck(() -> false);
  }

  /** Whether the query was cancelled. */
  public boolean isCancelled() {
    return cancelled.getAsBoolean();
  }

  /** To be called for each window read. */
  public void check() {
    if (++windows % WINDOWS_BETWEEN_CHECKS == 0 && cancelled.getAsBoolean()) {
      throw new CancellationException("the query was cancelled");
    }
  }
}
