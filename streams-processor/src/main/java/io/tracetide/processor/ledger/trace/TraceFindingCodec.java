package io.tracetide.processor.ledger.trace;

import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Detector;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.serde.SingleObjectAvro;
import io.tracetide.schemas.state.BreachRecord;
import io.tracetide.schemas.state.TraceFindingRecord;
import java.nio.BufferUnderflowException;
import java.util.TreeMap;

/**
 * Findings on their way to the partition of their service: a {@link TraceFindingRecord} in Avro's
 * single-object encoding. Bytes of format 1 are read as well.
 *
 * <p>The key of such a record is that of the blocks that come from counting: 4 bytes, {@code
 * SeriesCodec.serviceHash(SeriesCodec.servicePrefix(tenant, service))}.
 */
public final class TraceFindingCodec {

  private static final SingleObjectAvro<TraceFindingRecord> AVRO =
      new SingleObjectAvro<>(TraceFindingRecord.class);

  private TraceFindingCodec() {}

  public static byte[] encode(TraceFinding finding) {
    return AVRO.encode(record(finding));
  }

  /**
   * Reads a finding.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static TraceFinding decode(byte[] bytes) {
    try {
      return bytes.length > 0 && bytes[0] == TraceFindingFormat1.FORMAT
          ? TraceFindingFormat1.read(bytes)
          : finding(AVRO.decode(bytes));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("finding cannot be decoded", e);
    }
  }

  /** The Avro record of a finding. Equal findings are equal bytes. */
  public static TraceFindingRecord record(TraceFinding finding) {
    Breach breach = finding.breach();
    return new TraceFindingRecord(
        finding.tenant(),
        finding.service(),
        finding.operation(),
        finding.traceId(),
        new BreachRecord(
            breach.detector().name(),
            breach.kind().name(),
            breach.rule(),
            breach.severity().name(),
            new TreeMap<>(breach.observed()),
            new TreeMap<>(breach.expected()),
            breach.summary()),
        finding.open(),
        finding.atMs());
  }

  /** The finding of an Avro record. */
  public static TraceFinding finding(TraceFindingRecord record) {
    BreachRecord breach = record.getBreach();
    return new TraceFinding(
        record.getTenant(),
        record.getService(),
        record.getOperation(),
        record.getTraceId(),
        new Breach(
            Detector.valueOf(breach.getDetector()),
            AnomalyKind.valueOf(breach.getKind()),
            breach.getRule(),
            Severity.valueOf(breach.getSeverity()),
            breach.getObserved(),
            breach.getExpected(),
            breach.getSummary()),
        record.getOpen(),
        record.getAtMs());
  }
}
