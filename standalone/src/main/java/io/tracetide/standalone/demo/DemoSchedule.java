package io.tracetide.standalone.demo;

import java.time.Duration;

/**
 * When the demonstration's workflows go wrong, and for how long.
 *
 * @param history how far back the traffic begins
 * @param first after the traffic is live
 * @param apart from one incident to the next of the same round
 * @param round from one round to the next, to which up to a tenth is added
 * @param waits how long an approval takes that waits
 * @param silent how long a workflow is silent
 * @param approval how long the approval takes of somebody who may not give it
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
   * More history than the 240 windows of 10 seconds that the detector warms up on. All three
   * incidents begin within 20 seconds, can be seen for minutes, and are resolved before the next
   * round.
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
