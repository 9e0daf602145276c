package io.tracetide.processor.contract;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One step of a workflow.
 *
 * @param name which steps of the trace it is: see {@link StepPattern}
 * @param optional whether the workflow may do without
 * @param repeatable whether it may come several times in a row
 * @param then names of the steps that may follow, {@code end} for none; when empty, those behind it
 *     in the list up to the first that is not optional
 * @param maxStepDuration how long it may take: a wait for approval until it is decided, a span
 *     until it ends, a plan until it is done, anything else until the next step
 */
public record StepConfig(
    @Required String name,
    boolean optional,
    boolean repeatable,
    List<String> then,
    Optional<Duration> maxStepDuration) {

  /** Stands for the end of the workflow in {@code then}. */
  static final String END = "end";

  public StepConfig {
    then = List.copyOf(then);
    Checks checks = Checks.check().notBlank("name", name);
    maxStepDuration.ifPresent(longest -> checks.positive("maxStepDuration", longest));
    checks.done();
  }

  public static StepConfig defaults() {
    return new StepConfig("step", false, false, List.of(), Optional.empty());
  }
}
