package io.tracetide.standalone.check;

import java.time.Instant;

/** One operation in one minute. */
record Minute(String service, String operation, long startMs) {
  static final long LENGTH_MS = 60_000;

  @Override
  public String toString() {
    return service + " " + operation + " " + Instant.ofEpochMilli(startMs);
  }
}
