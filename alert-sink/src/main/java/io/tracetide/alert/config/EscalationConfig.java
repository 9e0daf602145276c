package io.tracetide.alert.config;

import io.tracetide.alert.route.EscalationStep;
import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * A further receiver of a group that is not acknowledged.
 *
 * @param after time from the first notification of the group
 * @param receiver name of the receiver
 */
public record EscalationConfig(Duration after, String receiver) {

  public EscalationConfig {
    Checks.check().positive("after", after).done();
  }

  EscalationStep toStep() {
    return new EscalationStep(after, receiver);
  }
}
