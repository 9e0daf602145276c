package io.tracetide.alert.topology;

import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.contract.LabelFingerprint;
import io.tracetide.alert.decision.Input;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.TenantView;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Watchdog;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.ExternalAlert;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The reports of the watchdog. In each interval the task of the first partition writes one to the
 * inputs, where it is an alert of another system: it is decided by the task of its tenant, which
 * may be at another instance, and ends if the reports cease.
 */
final class WatchdogReports {
  private static final int FIRST_PARTITION = 0;
  private static final String FINGERPRINT = LabelFingerprint.of(Watchdog.LABELS);
  private static final Map<String, String> ANNOTATIONS =
      Map.of("summary", "Alerting works. This alert always fires.");

  /** Intervals without a report after which the alert is over. */
  private static final int REPORTS = 5;

  private @Nullable Instant reportedAt;

  /** The report of the task of a partition that is due. */
  Optional<AlertInput> due(Routing routing, int partition, Instant now) {
    Optional<Duration> interval = Watchdog.interval(routing);
    if (partition != FIRST_PARTITION || interval.isEmpty() || isReported(interval.get(), now)) {
      return Optional.empty();
    }
    reportedAt = now;
    ExternalAlert alert =
        ExternalAlert.newBuilder()
            .setLabels(Watchdog.LABELS)
            .setAnnotations(ANNOTATIONS)
            .setStartsAt(now)
            .setEndsAt(now.plus(interval.get().multipliedBy(REPORTS)))
            .setGeneratorUrl("")
            .build();
    return Optional.of(InputWriter.input(Watchdog.TENANT, now, alert));
  }

  private boolean isReported(Duration interval, Instant now) {
    return reportedAt != null
        && !now.isBefore(reportedAt)
        && now.isBefore(reportedAt.plus(interval));
  }

  /**
   * The end of the alert, if a tenant has it and it is not configured any more: it would be routed
   * to the receivers of other alerts.
   */
  static Optional<Input> withdrawal(Routing routing, TenantView tenant, Instant now) {
    if (!tenant.tenant().equals(Watchdog.TENANT) || Watchdog.interval(routing).isPresent()) {
      return Optional.empty();
    }
    @Nullable TrackedAlert alert = tenant.alert(FINGERPRINT);
    return alert == null || alert.phase() == Phase.RESOLVED
        ? Optional.empty()
        : Optional.of(
            new Input.ExternalReport(FINGERPRINT, alert.content(), alert.times().startsAt(), now));
  }
}
