package io.tracetide.processor.query.request;

import java.time.Instant;

/** An answer whose first fields are the ends of its range. */
public interface RangeAnswer {
  Instant from();

  Instant to();
}
