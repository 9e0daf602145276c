package io.tracetide.processor.ledger.trace;

import io.tracetide.processor.bytes.FactReader;
import io.tracetide.processor.bytes.FactWriter;
import java.nio.BufferUnderflowException;

/**
 * Findings on their way to the partition of their service.
 *
 * <p>Format 1: format (1 byte), tenant, service, operation, trace id, whether it begins (1 byte),
 * when (8 bytes), and the breach: detector, kind, rule, severity, observed and expected figures,
 * summary. Texts in UTF-8 after their length (varint), figures as doubles after their number.
 *
 * <p>The key of such a record is that of the blocks that come from counting: 4 bytes, {@code
 * SeriesCodec.serviceHash(SeriesCodec.servicePrefix(tenant, service))}.
 */
public final class TraceFindingCodec {

  private static final int FORMAT = 1;

  private TraceFindingCodec() {}

  public static byte[] encode(TraceFinding finding) {
    FactWriter out =
        new FactWriter()
            .number(FORMAT)
            .text(finding.tenant())
            .text(finding.service())
            .text(finding.operation())
            .text(finding.traceId())
            .flag(finding.open())
            .fixed(finding.atMs());
    BreachCodec.write(finding.breach(), out);
    return out.toByteArray();
  }

  /**
   * Reads a finding.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static TraceFinding decode(byte[] bytes) {
    try {
      FactReader in = new FactReader(bytes);
      if (in.number() != FORMAT) {
        throw new IllegalArgumentException("not a finding of format " + FORMAT);
      }
      String tenant = in.text();
      String service = in.text();
      String operation = in.text();
      String traceId = in.text();
      boolean open = in.flag();
      long atMs = in.fixed();
      return new TraceFinding(
          tenant, service, operation, traceId, BreachCodec.read(in), open, atMs);
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the finding is cut short", e);
    }
  }
}
