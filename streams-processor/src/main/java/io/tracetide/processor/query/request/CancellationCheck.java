package io.tracetide.processor.query.request;

import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Ends a long read when nobody waits for its answer any more. */
public final class CancellationCheck {
  /** Asking for every window would cost more than reading it. */
  private static final int WINDOWS_BETWEEN_LOOKS = 1_024;

  private final BooleanSupplier givenUp;
  private int windows;

  /** Ends when {@code givenUp} says so. */
  public CancellationCheck(BooleanSupplier givenUp) {
    this.givenUp = givenUp;
  }

  public static CancellationCheck endless() {
    return new CancellationCheck(() -> false);
  }

  /** Call once for each window read. */
  public void check() {
    if (++windows % WINDOWS_BETWEEN_LOOKS == 0 && givenUp.getAsBoolean()) {
      throw new CancellationException("nobody waits for the answer");
    }
  }
}
