package io.tracetide.standalone.evaluate.plot;

import java.util.List;

/**
 * What is marked in the plot of a series.
 *
 * @param episodes episodes that were found
 * @param faults known faults of the series
 */
record Marks(List<Mark> episodes, List<Mark> faults) {

  /**
   * Windows that are marked.
   *
   * @param last last window, inclusive
   * @param channel channel of an episode; empty for all
   * @param text what a pointer over it shows
   */
  record Mark(long first, long last, String channel, String text) {}

  Marks {
    episodes = List.copyOf(episodes);
    faults = List.copyOf(faults);
  }
}
