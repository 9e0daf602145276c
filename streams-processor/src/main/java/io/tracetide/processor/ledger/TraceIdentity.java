package io.tracetide.processor.ledger;

import io.tracetide.processor.bytes.TraceHash;

/** Identifies a trace by the texts of its ids. */
record TraceIdentity(String tenant, String traceId) {

  /** See {@link TraceHash#ofTrace}. */
  long hash() {
    return TraceHash.ofTrace(tenant, traceId);
  }
}
