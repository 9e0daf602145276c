package io.tracetide.standalone.evaluate;

import io.tracetide.detection.evidence.Band;
import io.tracetide.detection.evidence.EvidenceChannel;
import io.tracetide.detection.evidence.SeriesAssessment;
import io.tracetide.processor.detection.evidence.AssessmentListener;
import io.tracetide.standalone.evaluate.WindowTable.Series;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What detection by evidence expected of each window of each series: 36 bytes for a window, so that
 * the plots of the worst series can be drawn when all are known.
 */
public final class ExpectedBands implements AssessmentListener {

  /**
   * The expected band of a channel by window, from {@code first} on.
   *
   * @param lower lower end of each window, NaN when it is not known
   * @param expected centre of each window, NaN when it is not known
   * @param upper upper end of each window, NaN when it is not known
   */
  @SuppressWarnings("ArrayRecordComponent") // Tracks are never compared.
  public record Track(long first, float[] lower, float[] expected, float[] upper) {}

  /** In the order in which they are recorded. */
  private static final List<EvidenceChannel> CHANNELS = List.of(EvidenceChannel.values());

  /** Lower end, centre and upper end of each channel. */
  private static final int VALUES = 3 * CHANNELS.size();

  private static final class Recorded {
    private final long first;
    private float[] values = new float[64 * VALUES];
    private int size;

    Recorded(long first) {
      this.first = first;
    }

    void put(long window, SeriesAssessment assessment) {
      int at = Math.toIntExact((window - first) * VALUES);
      if (at + VALUES > values.length) {
        values = Arrays.copyOf(values, Math.max(2 * values.length, at + VALUES));
      }
      Arrays.fill(values, size, at, Float.NaN);
      size = at;
      for (EvidenceChannel channel : CHANNELS) {
        Band band = assessment.of(channel).band();
        boolean known = band.isKnown();
        values[size++] = known ? (float) band.lower() : Float.NaN;
        values[size++] = known ? (float) band.expected() : Float.NaN;
        values[size++] = known ? (float) band.upper() : Float.NaN;
      }
    }

    Track track(EvidenceChannel channel) {
      int windows = size / VALUES;
      Track track = new Track(first, new float[windows], new float[windows], new float[windows]);
      for (int i = 0; i < windows; i++) {
        int at = i * VALUES + 3 * CHANNELS.indexOf(channel);
        track.lower()[i] = values[at];
        track.expected()[i] = values[at + 1];
        track.upper()[i] = values[at + 2];
      }
      return track;
    }
  }

  private final Map<String, Recorded> series = new HashMap<>();

  @Override
  public void assessed(long window, List<SeriesAssessment> assessments) {
    for (SeriesAssessment each : assessments) {
      series.computeIfAbsent(each.series(), name -> new Recorded(window)).put(window, each);
    }
  }

  /** The band of a channel of a series; without windows when nothing is known of it. */
  public Track of(Series one, EvidenceChannel channel) {
    Recorded recorded = series.get(one.key());
    return recorded == null
        ? new Track(0, new float[0], new float[0], new float[0])
        : recorded.track(channel);
  }
}
