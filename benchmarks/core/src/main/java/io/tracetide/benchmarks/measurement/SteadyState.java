package io.tracetide.benchmarks.measurement;

/**
 * The cost of a process after its warm-up.
 *
 * @param cpuSecondsPerMillion processor seconds for a million events, over the last 75 % of the
 *     events and until the last answer was published
 * @param eventsPerSecond how fast the last 75 % were processed
 */
public record SteadyState(double cpuSecondsPerMillion, double eventsPerSecond) {

  /** Share of the events that belongs to starting: class loading and compiling. */
  static final double WARM_UP = 0.25;

  /**
   * Values of a run.
   *
   * @param events number of events
   * @param doneNanos time of the last result
   */
  public static SteadyState of(Trajectory run, long events, double doneNanos) {
    double warm = WARM_UP * events;
    double measured = events - warm;
    double cpu = run.cpuSecondsAtNanos(doneNanos) - run.cpuSecondsAt(warm);
    double seconds = (run.nanosAt((double) events) - run.nanosAt(warm)) / 1e9;
    return new SteadyState(cpu / measured * 1e6, measured / seconds);
  }
}
