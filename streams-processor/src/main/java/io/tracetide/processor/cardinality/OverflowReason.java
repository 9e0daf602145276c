package io.tracetide.processor.cardinality;

import java.util.Locale;

/** The limit that a series exceeds, so that it is not counted under its own name. */
public enum OverflowReason {
  /** The tenant has too many services. */
  SERVICE_LIMIT,
  /** The service has too many operations. */
  OPERATION_LIMIT,
  /** The service has too many metrics. */
  METRIC_LIMIT,
  /** The metric has too many parts. */
  PART_LIMIT;

  /** Value of the meter's tag. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
