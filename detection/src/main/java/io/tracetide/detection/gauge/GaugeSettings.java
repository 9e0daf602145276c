package io.tracetide.detection.gauge;

/**
 * Settings of the gauge detector. The same apply to every series.
 *
 * @param threshold evidence from which a value opens an episode
 * @param refractory values after an opening in which only greater evidence opens another episode
 * @param trees trees of the forest
 * @param subsample rows of each tree
 * @param refitEvery values after which the forest is fitted again
 * @param seed seed of the forest and of the choice of its rows
 */
public record GaugeSettings(
    double threshold, int refractory, int trees, int subsample, int refitEvery, long seed) {

  public GaugeSettings {
    if (!(threshold > 0) || refractory < 1 || refitEvery < 1 || refitEvery > 1_000) {
      throw new IllegalArgumentException(
          "threshold must be above 0, refractory at least 1 and refitEvery from 1 to 1,000,"
              + " not %s, %d and %d".formatted(threshold, refractory, refitEvery));
    }
  }

  public static GaugeSettings defaults() {
    return new GaugeSettings(
        /* threshold= */ 4.2,
        /* refractory= */ 150,
        /* trees= */ 100,
        /* subsample= */ 256,
        /* refitEvery= */ 100,
        /* seed= */ 42);
  }
}
