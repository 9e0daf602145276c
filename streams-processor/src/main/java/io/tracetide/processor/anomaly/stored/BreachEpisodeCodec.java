package io.tracetide.processor.anomaly.stored;

import io.tracetide.processor.anomaly.BreachEpisode;
import io.tracetide.processor.anomaly.BreachEpisode.Offender;
import io.tracetide.processor.ledger.trace.TraceFindingCodec;
import io.tracetide.schemas.serde.SingleObjectAvro;
import io.tracetide.schemas.state.BreachEpisodeRecord;
import io.tracetide.schemas.state.OffenderRecord;
import java.nio.BufferUnderflowException;

/**
 * Open anomalies of traces as values of a state store: a {@link BreachEpisodeRecord} in Avro's
 * single-object encoding. Bytes of format 1 are read as well, and replaced by the next write.
 */
public final class BreachEpisodeCodec {

  private static final SingleObjectAvro<BreachEpisodeRecord> AVRO =
      new SingleObjectAvro<>(BreachEpisodeRecord.class);

  private BreachEpisodeCodec() {}

  public static byte[] encode(BreachEpisode episode) {
    return AVRO.encode(
        new BreachEpisodeRecord(
            EpisodeCodec.record(episode.open()),
            episode.worst(),
            episode.worstValue(),
            episode.newest().stream()
                .map(offender -> new OffenderRecord(offender.traceId(), offender.atMs()))
                .toList(),
            TraceFindingCodec.record(episode.latest())));
  }

  /**
   * Reads an episode.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static BreachEpisode decode(byte[] bytes) {
    try {
      return bytes.length > 0 && bytes[0] == BreachEpisodeFormat1.FORMAT
          ? BreachEpisodeFormat1.read(bytes)
          : episode(AVRO.decode(bytes));
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("stored episode of breaches cannot be decoded", e);
    }
  }

  private static BreachEpisode episode(BreachEpisodeRecord record) {
    return new BreachEpisode(
        EpisodeCodec.open(record.getEpisode()),
        record.getWorst(),
        record.getWorstValue(),
        record.getNewest().stream()
            .map(offender -> new Offender(offender.getTraceId(), offender.getAtMs()))
            .toList(),
        TraceFindingCodec.finding(record.getLatest()));
  }
}
