package io.tracetide.processor.ledger.trace;

import io.tracetide.processor.bytes.FactReader;

/** Reads findings as builds before the Avro format wrote them. */
final class TraceFindingFormat1 {
  static final int FORMAT = 1;

  private TraceFindingFormat1() {}

  static TraceFinding read(byte[] bytes) {
    FactReader in = new FactReader(bytes);
    in.number();
    String tenant = in.text();
    String service = in.text();
    String operation = in.text();
    String traceId = in.text();
    boolean open = in.flag();
    long atMs = in.fixed();
    return new TraceFinding(tenant, service, operation, traceId, BreachCodec.read(in), open, atMs);
  }
}
