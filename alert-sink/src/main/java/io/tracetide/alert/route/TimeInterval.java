package io.tracetide.alert.route;

import java.time.Instant;

/** A recurring interval of time, in Alertmanager's terms. */
public interface TimeInterval {

  /** Whether the time is in the interval. */
  boolean contains(Instant time);
}
