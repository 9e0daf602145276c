package io.tracetide.processor.detection.evidence;

import io.tracetide.detection.calibration.ChannelCalibration;
import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.EvidenceDetector;
import io.tracetide.detection.evidence.EvidenceSettings;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import java.util.List;

/** How much the detector of a tenant knows. */
final class EvidenceProgress {

  private EvidenceProgress() {}

  /** Adds how much is known of each series, and of each channel. */
  static void add(
      String tenant,
      EvidenceDetector detector,
      long windowMs,
      List<SeriesProgress> series,
      List<CalibrationProgress> calibrations) {
    int readyAfter = EvidenceSettings.defaults().warmUpWindows();
    detector.eachSeries(
        (name, windows) ->
            series.add(
                new SeriesProgress(
                    SeriesSample.id(tenant, name),
                    DetectionConfig.EVIDENCE,
                    windowMs,
                    windows,
                    EvidenceSettings.FIRST_WINDOWS,
                    readyAfter)));
    for (EvidenceChannel channel : EvidenceChannel.values()) {
      ChannelCalibration calibration = detector.calibration(channel);
      calibrations.add(
          new CalibrationProgress(
              tenant,
              EvidenceExplanation.kind(channel),
              calibration.progress(),
              calibration.calibratedSince() <= detector.lastWindow()));
    }
  }
}
