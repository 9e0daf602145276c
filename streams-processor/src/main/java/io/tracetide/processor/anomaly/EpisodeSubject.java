package io.tracetide.processor.anomaly;

import io.tracetide.processor.window.SeriesId;
import java.util.Comparator;

/**
 * Subject of an episode.
 *
 * @param rule name of the rule; empty when a learned detector evaluates the series
 * @param series series that is evaluated
 */
public record EpisodeSubject(String rule, SeriesId series) implements Comparable<EpisodeSubject> {

  /** Order in which series are evaluated. */
  public static final Comparator<SeriesId> SERIES_ORDER =
      Comparator.comparing(SeriesId::tenant)
          .thenComparing(SeriesId::service)
          .thenComparing(SeriesId::operation)
          .thenComparing(SeriesId::metric);

  private static final Comparator<EpisodeSubject> ORDER =
      Comparator.comparing(EpisodeSubject::series, SERIES_ORDER)
          .thenComparing(EpisodeSubject::rule);

  /** The subject of a learned detector. */
  public static EpisodeSubject of(SeriesId series) {
    return new EpisodeSubject("", series);
  }

  @Override
  public int compareTo(EpisodeSubject other) {
    return ORDER.compare(this, other);
  }
}
