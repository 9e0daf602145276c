package io.tracetide.standalone.demo;

import java.util.List;
import java.util.Optional;

/**
 * A step of a journey: an operation and the steps that it calls, one after the other.
 *
 * @param isVital whether its caller fails when it fails
 * @param subjects ids in its span's attributes: {@code context}, {@code plan} and so on
 * @param event an event of its span, of a type with a meaning in Tracetide
 */
record DemoStep(
    Operation operation,
    boolean isVital,
    List<String> subjects,
    Optional<String> event,
    List<DemoStep> calls) {
  DemoStep {
    subjects = List.copyOf(subjects);
    calls = List.copyOf(calls);
  }

  static DemoStep vital(Operation operation, DemoStep... calls) {
    return new DemoStep(operation, true, List.of(), Optional.empty(), List.of(calls));
  }

  /** A step whose failure does not make its caller fail. */
  static DemoStep optional(Operation operation, DemoStep... calls) {
    return new DemoStep(operation, false, List.of(), Optional.empty(), List.of(calls));
  }

  DemoStep about(String... ids) {
    return new DemoStep(operation, isVital, List.of(ids), event, calls);
  }

  DemoStep telling(String eventName) {
    return new DemoStep(operation, isVital, subjects, Optional.of(eventName), calls);
  }

  /** The same step without a span event, because the workflow reports it with a lifecycle event. */
  DemoStep withoutEvent() {
    return new DemoStep(operation, isVital, subjects, Optional.empty(), calls);
  }

  /** Number of spans of the step and all that it calls. */
  int spans() {
    return 1 + calls.stream().mapToInt(DemoStep::spans).sum();
  }
}
