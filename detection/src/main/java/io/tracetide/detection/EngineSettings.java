package io.tracetide.detection;

/**
 * Size of the models that an engine fits. An engine that is not a forest may ignore it.
 *
 * @param trees trees of a forest
 * @param subsample rows from which each tree is grown
 */
public record EngineSettings(int trees, int subsample) {

  public EngineSettings {
    if (trees < 1 || subsample < 2) {
      throw new IllegalArgumentException(
          "trees must be at least 1 and subsample at least 2, not %d and %d"
              .formatted(trees, subsample));
    }
  }
}
