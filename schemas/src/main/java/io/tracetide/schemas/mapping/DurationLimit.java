package io.tracetide.schemas.mapping;

import java.time.Duration;

/**
 * How long one piece of work may take. A longer duration is a mistaken unit or a clock that jumped,
 * and one such value makes the mean and the maximum of its window worthless.
 */
public final class DurationLimit {

  public static final Duration MAX = Duration.ofDays(30);

  public static final long MAX_MICROS = MAX.toNanos() / 1_000;

  private DurationLimit() {}
}
