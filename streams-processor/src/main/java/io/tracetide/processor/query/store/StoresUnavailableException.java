package io.tracetide.processor.query.store;

import java.util.List;

/**
 * The state stores cannot be read now: starting, restoring, or moving to another instance. Asking
 * again later is the answer; an empty result would be a lie.
 */
public final class StoresUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final List<String> missing;

  public StoresUnavailableException(String detail) {
    this(detail, List.of());
  }

  /**
   * Others hold what is asked for, and do not answer.
   *
   * @param missing those hosts
   */
  public StoresUnavailableException(String detail, List<String> missing) {
    super(detail);
    this.missing = List.copyOf(missing);
  }

  public StoresUnavailableException(String detail, Throwable cause) {
    super(detail, cause);
    this.missing = List.of();
  }

  /** Hosts that would know, and do not answer. */
  public List<String> missing() {
    return missing;
  }
}
