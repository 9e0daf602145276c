package io.tracetide.processor.query.detection;

import io.tracetide.processor.anomaly.EpisodeSubject;
import io.tracetide.processor.detection.progress.CalibrationProgress;
import io.tracetide.processor.detection.progress.PartitionProgress;
import io.tracetide.processor.detection.progress.SeriesProgress;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.window.SeriesId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers how much the detectors know of each series. */
public final class DetectionStatus {
  private static final Comparator<SeriesProgress> LEAST_KNOWN_FIRST =
      Comparator.comparingDouble(DetectionStatus::share)
          .thenComparing(SeriesProgress::series, EpisodeSubject.SERIES_ORDER);

  private final DetectionView view;

  public DetectionStatus(DetectionView view) {
    this.view = view;
  }

  public DetectionAnswer answer(DetectionQuery query, CancellationCheck cancellation) {
    Map<SeriesProgress.State, Integer> counts = new EnumMap<>(SeriesProgress.State.class);
    List<SeriesProgress> found = new ArrayList<>();
    List<DetectionAnswer.Confidence> confidence = new ArrayList<>();
    List<String> missing =
        view.read(
            partition -> {
              cancellation.check();
              partition.series().stream().filter(query::matches).forEach(found::add);
              addConfidence(partition, query, confidence);
            });
    found.forEach(progress -> counts.merge(progress.state(), 1, Integer::sum));
    found.sort(LEAST_KNOWN_FIRST);
    confidence.sort(
        Comparator.comparing(DetectionAnswer.Confidence::tenant)
            .thenComparing(DetectionAnswer.Confidence::kind));
    return new DetectionAnswer(
        !missing.isEmpty(),
        missing,
        confidence,
        found.size(),
        counts.getOrDefault(SeriesProgress.State.LEARNING, 0),
        counts.getOrDefault(SeriesProgress.State.WARMING_UP, 0),
        found.stream().limit(query.limit()).map(DetectionStatus::series).toList());
  }

  private static void addConfidence(
      PartitionProgress partition,
      DetectionQuery query,
      List<DetectionAnswer.Confidence> confidence) {
    for (CalibrationProgress each : partition.calibrations()) {
      if (query.scope().tenants().includes(each.tenant())) {
        confidence.add(
            new DetectionAnswer.Confidence(
                each.tenant(),
                lower(each.kind()),
                each.calibrated() ? "calibrated" : "rank",
                percent(each.calibrated() ? 1 : each.share())));
      }
    }
  }

  private static DetectionAnswer.Series series(SeriesProgress progress) {
    SeriesId id = progress.series();
    return new DetectionAnswer.Series(
        id.tenant(),
        id.service(),
        id.operation(),
        id.isLatency() ? null : id.metric(),
        progress.engine(),
        lower(progress.state()),
        progress.windows(),
        progress.remaining(),
        percent(share(progress)),
        progress.windowMs(),
        progress.remaining() * progress.windowMs());
  }

  private static double share(SeriesProgress progress) {
    return Math.min(1, (double) progress.windows() / progress.readyAfter());
  }

  private static double percent(double share) {
    return Math.floor(share * 1_000) / 10;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
