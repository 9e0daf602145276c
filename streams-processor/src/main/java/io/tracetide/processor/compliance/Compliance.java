package io.tracetide.processor.compliance;

import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.workflow.TraceRule;
import io.tracetide.runtime.config.DurationFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks single traces by the controls of all frameworks in force. */
public final class Compliance {

  private Compliance() {}

  /** The judge of single traces by the controls of a configuration. */
  public static TraceJudge of(ComplianceConfig config) {
    List<Control> controls = new ArrayList<>();
    for (FrameworkConfig framework : config.inForce()) {
      framework.controls().forEach(each -> controls.add(new Control(framework.name(), each)));
    }
    return TraceRule.judgeOf(controls);
  }

  /**
   * A configured retention of records that is longer than a control allows.
   *
   * @param key where it is configured
   * @param control framework and name of the control
   */
  public record TooLong(String key, Duration kept, String control, Duration allowed) {
    @Override
    public String toString() {
      return "%s: %s is longer than the %s that control %s allows"
          .formatted(key, DurationFormat.print(kept), DurationFormat.print(allowed), control);
    }
  }

  /**
   * Compares the configured retention of records with the controls on retention.
   *
   * @param kept retention of records by its configuration key
   */
  public static List<TooLong> keptTooLong(ComplianceConfig config, Map<String, Duration> kept) {
    List<TooLong> found = new ArrayList<>();
    for (FrameworkConfig framework : config.inForce()) {
      for (ControlConfig control : framework.controls()) {
        if (control instanceof ControlConfig.Retention retention) {
          Duration allowed = retention.keepAtMost();
          kept.forEach(
              (key, time) -> {
                if (time.compareTo(allowed) > 0) {
                  found.add(
                      new TooLong(key, time, framework.name() + "." + control.name(), allowed));
                }
              });
        }
      }
    }
    return List.copyOf(found);
  }
}
