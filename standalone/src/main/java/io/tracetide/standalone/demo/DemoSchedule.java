package io.tracetide.standalone.demo;

import java.time.Duration;

/**
 * The times of the incidents of the demonstration.
 *
 * @param history length of the traffic in the past
 * @param first time from the begin of live traffic to the first incident
 * @param apart time between the incidents of a round
 * @param round time between rounds, to which up to a tenth is added
 * @param waits duration of a delayed approval
 * @param silent duration without events of a stuck workflow
 * @param approval duration of an approval without permission
 */
public record DemoSchedule(
    Duration history,
    Duration first,
    Duration apart,
    Duration round,
    Duration waits,
    Duration silent,
    Duration approval) {

  /**
   * The default. The history is longer than the 240 windows of 10 seconds that the detector needs
   * for training. All three incidents begin within 20 seconds, are visible for minutes, and are
   * resolved before the next round.
   */
  public static final DemoSchedule USUAL =
      new DemoSchedule(
          Duration.ofMinutes(44),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofMinutes(7),
          Duration.ofSeconds(230),
          Duration.ofSeconds(210),
          Duration.ofSeconds(8));
}
