package io.tracetide.alert;

import io.tracetide.alert.alertmanager.Limitation;
import io.tracetide.alert.deliver.ReceiverConfig;
import io.tracetide.alert.route.Routing;
import java.time.Duration;
import java.util.List;

/**
 * What the sink notifies, from its own configuration or from an {@code alertmanager.yml}.
 *
 * @param routing routes, receivers and rules
 * @param receivers one for each integration of the routing
 * @param resolveTimeout after which an alert of another system that was sent without an end is over
 * @param limitations parts of the {@code alertmanager.yml} that have no effect
 */
public record Alerting(
    Routing routing,
    List<ReceiverConfig> receivers,
    Duration resolveTimeout,
    List<Limitation> limitations) {

  public Alerting {
    receivers = List.copyOf(receivers);
    limitations = List.copyOf(limitations);
  }
}
