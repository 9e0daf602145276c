package io.tracetide.processor.contract;

import io.tracetide.processor.workflow.StepPattern;
import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One step of a workflow.
 *
 * @param name pattern of the steps of the trace that it stands for, see {@link StepPattern}
 * @param optional whether the step may be missing
 * @param repeatable whether it may occur several times in a row
 * @param then names of the steps that may follow, {@code end} for the end of the workflow; when
 *     empty, the next steps of the list up to the first that is not optional
 * @param maxStepDuration maximum duration: of an approval until it is decided, of a span until it
 *     ends, of a plan until it is done, of anything else until the next step
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
