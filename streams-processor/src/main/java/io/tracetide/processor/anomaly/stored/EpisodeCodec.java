package io.tracetide.processor.anomaly.stored;

import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.anomaly.Snapshot;
import io.tracetide.processor.anomaly.WindowMarks;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.Exemplars;
import io.tracetide.schemas.Severity;
import io.tracetide.schemas.serde.SingleObjectAvro;
import io.tracetide.schemas.state.EpisodeRecord;
import io.tracetide.schemas.state.HeightRecord;
import io.tracetide.schemas.state.MarksRecord;
import io.tracetide.schemas.state.OpenEpisodeRecord;
import io.tracetide.schemas.state.PendingEpisodeRecord;
import io.tracetide.schemas.state.SnapshotRecord;
import java.nio.BufferUnderflowException;
import org.jspecify.annotations.Nullable;

/**
 * Episodes as values of a state store: an {@link EpisodeRecord} in Avro's single-object encoding. A
 * quiet episode has no value: its key is deleted. Bytes of formats 1 and 2 are read as well, and
 * replaced by the next write.
 */
public final class EpisodeCodec {

  private static final SingleObjectAvro<EpisodeRecord> AVRO =
      new SingleObjectAvro<>(EpisodeRecord.class);

  private EpisodeCodec() {}

  public static byte[] encode(Episode.Pending pending) {
    return AVRO.encode(
        new EpisodeRecord(
            new PendingEpisodeRecord(
                record(pending.marks()),
                known(pending.sinceMs(), Episode.Pending.NEVER),
                pending.kind().name(),
                record(pending.height()))));
  }

  public static byte[] encode(Episode.Open open) {
    return AVRO.encode(new EpisodeRecord(record(open)));
  }

  /**
   * Reads an episode.
   *
   * @throws IllegalArgumentException when the bytes are of another format or cut short
   */
  public static Episode decode(byte[] bytes) {
    try {
      return switch (bytes.length == 0 ? 0 : bytes[0]) {
        case EpisodeFormat1.FORMAT -> EpisodeFormat1.read(bytes);
        case EpisodeFormat2.FORMAT -> EpisodeFormat2.read(bytes);
        default -> episode(AVRO.decode(bytes));
      };
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("stored episode cannot be decoded", e);
    }
  }

  private static Episode episode(EpisodeRecord record) {
    return record.getEpisode() instanceof PendingEpisodeRecord pending
        ? new Episode.Pending(
            marks(pending.getMarks()),
            orElse(pending.getSinceMs(), Episode.Pending.NEVER),
            AnomalyKind.valueOf(pending.getKind()),
            height(pending.getHeight()))
        : open((OpenEpisodeRecord) record.getEpisode());
  }

  static OpenEpisodeRecord record(Episode.Open open) {
    return new OpenEpisodeRecord(
        open.kind().name(),
        open.openedAtMs(),
        record(open.height()),
        open.revision(),
        open.quiet(),
        open.unreported(),
        record(open.marks()));
  }

  static Episode.Open open(OpenEpisodeRecord record) {
    return new Episode.Open(
        AnomalyKind.valueOf(record.getKind()),
        record.getOpenedAtMs(),
        height(record.getHeight()),
        record.getRevision(),
        record.getQuiet(),
        record.getUnreported(),
        marks(record.getMarks()));
  }

  private static MarksRecord record(WindowMarks marks) {
    return new MarksRecord(
        marks.beyond(), marks.doubtful(), known(marks.endMs(), WindowMarks.UNKNOWN));
  }

  private static WindowMarks marks(MarksRecord record) {
    return new WindowMarks(
        record.getBeyond(), record.getDoubtful(), orElse(record.getEndMs(), WindowMarks.UNKNOWN));
  }

  private static HeightRecord record(Episode.Height height) {
    return new HeightRecord(
        height.severity().name(),
        height.confidence(),
        height.excess(),
        height.value(),
        height.peak().isKnown() ? record(height.peak()) : null);
  }

  private static Episode.Height height(HeightRecord record) {
    SnapshotRecord peak = record.getPeak();
    return new Episode.Height(
        Severity.valueOf(record.getSeverity()),
        record.getConfidence(),
        record.getExcess(),
        record.getValue(),
        peak == null ? Snapshot.NONE : snapshot(peak));
  }

  private static SnapshotRecord record(Snapshot peak) {
    return new SnapshotRecord(
        peak.startMs(),
        peak.endMs(),
        peak.observed(),
        peak.expected(),
        peak.contributions(),
        peak.exemplars().getSlowest(),
        peak.exemplars().getError(),
        peak.exemplars().getTypical());
  }

  private static Snapshot snapshot(SnapshotRecord record) {
    return new Snapshot(
        record.getStartMs(),
        record.getEndMs(),
        record.getObserved(),
        record.getExpected(),
        record.getContributions(),
        new Exemplars(record.getSlowest(), record.getError(), record.getTypical()));
  }

  private static @Nullable Long known(long value, long unknown) {
    return value == unknown ? null : value;
  }

  private static long orElse(@Nullable Long value, long unknown) {
    return value == null ? unknown : value;
  }
}
