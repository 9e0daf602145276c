package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.schemas.AnomalyKind;
import io.tracetide.schemas.peer.PeerCalibrationProgress;
import io.tracetide.schemas.peer.PeerSeriesProgress;
import io.tracetide.schemas.peer.ProgressResponse;
import io.tracetide.schemas.serde.AvroBytes;
import java.nio.ByteBuffer;

/** The progress of the detectors of one partition as a message. */
public final class ProgressRecords {

  private ProgressRecords() {}

  /**
   * Writes a message.
   *
   * @throws MessageTooLargeException if it has more bytes than {@code limit}
   */
  public static byte[] encode(int partition, PartitionProgress progress, int limit) {
    return MessageFormat.PROGRESS_RESPONSE.encode(
        new ProgressResponse(
            partition,
            progress.series().stream().map(ProgressRecords::record).toList(),
            progress.calibrations().stream().map(ProgressRecords::record).toList()),
        limit);
  }

  private static PeerSeriesProgress record(SeriesProgress progress) {
    return new PeerSeriesProgress(
        ByteBuffer.wrap(SeriesCodec.encode(progress.series())),
        progress.engine(),
        progress.windowMs(),
        progress.windows(),
        progress.firstAfter(),
        progress.readyAfter());
  }

  private static PeerCalibrationProgress record(CalibrationProgress progress) {
    return new PeerCalibrationProgress(
        progress.tenant(), progress.kind().name(), progress.share(), progress.calibrated());
  }

  /** Reads a message, which has to be about that partition. */
  public static PartitionProgress decode(byte[] message, int partition) {
    ProgressResponse response = MessageFormat.PROGRESS_RESPONSE.decode(message, partition);
    try {
      return new PartitionProgress(
          response.getSeries().stream().map(ProgressRecords::progress).toList(),
          response.getCalibrations().stream().map(ProgressRecords::progress).toList());
    } catch (IllegalArgumentException e) {
      throw MalformedMessageException.garbled("progress is malformed: " + e.getMessage());
    }
  }

  private static SeriesProgress progress(PeerSeriesProgress record) {
    if (record.getReadyAfter() <= 0) {
      throw new IllegalArgumentException("no windows are needed");
    }
    return new SeriesProgress(
        SeriesCodec.decode(AvroBytes.copy(record.getSeries())),
        record.getEngine(),
        record.getWindowMs(),
        record.getWindows(),
        record.getFirstAfter(),
        record.getReadyAfter());
  }

  private static CalibrationProgress progress(PeerCalibrationProgress record) {
    return new CalibrationProgress(
        record.getTenant(),
        AnomalyKind.valueOf(record.getKind()),
        record.getShare(),
        record.getCalibrated());
  }
}
