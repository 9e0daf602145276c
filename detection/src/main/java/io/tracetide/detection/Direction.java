package io.tracetide.detection;

/** To which side of the expected value a series deviates. */
public enum Direction {
  UP,
  DOWN
}
