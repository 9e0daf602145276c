package io.tracetide.runtime.privacy;

import java.util.List;

/** Number of masked values in the texts of one request, by class. Used by one thread. */
public final class Findings {

  private final List<String> classes;
  private final int[] counts;
  private long recent;

  Findings(List<String> classes) {
    this.classes = classes;
    this.counts = new int[classes.size()];
  }

  void add(int index) {
    counts[index]++;
    recent |= 1L << index;
  }

  /** The classes found since the last call, as bits; 0 for nothing. */
  public long take() {
    long taken = recent;
    recent = 0;
    return taken;
  }

  /** Puts classes back, so that the next {@link #take()} returns them again. */
  public void restore(long taken) {
    recent |= taken;
  }

  /** Names of the classes behind these bits, with commas. */
  public String names(long bits) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < classes.size(); i++) {
      if ((bits & 1L << i) != 0) {
        names.append(names.isEmpty() ? "" : ",").append(classes.get(i));
      }
    }
    return names.toString();
  }

  /** Number of masked values of a class, by its index in {@link Masker#classes()}. */
  public int count(int index) {
    return counts[index];
  }
}
