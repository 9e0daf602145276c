package io.tracetide.alert.topology;

import io.tracetide.alert.contract.AnomalyReader;
import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.decision.AlertState;
import io.tracetide.alert.decision.AnomalyReport;
import io.tracetide.alert.decision.Decision;
import io.tracetide.alert.decision.NotificationIntent;
import io.tracetide.alert.decision.Routes;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Notification;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Moves the alert of each anomaly record from state to state, and forwards its notifications. The
 * store and the notifications are committed together, with the offset of the record.
 */
final class DecideAlerts extends ContextualProcessor<byte[], Anomaly, String, Notification> {
  private final Routes routes;
  private final SinkMetrics metrics;

  @SuppressWarnings("NullAway.Init") // set by init, before the first record
  private KeyValueStore<String, StoredAlert> alerts;

  DecideAlerts(Routes routes, SinkMetrics metrics) {
    this.routes = routes;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Notification> context) {
    super.init(context);
    alerts = context.getStateStore(AlertTopology.ALERTS_STORE);
  }

  @Override
  public void process(Record<byte[], Anomaly> record) {
    Anomaly anomaly = record.value();
    long now = context().currentSystemTimeMs();
    @Nullable StoredAlert stored = alerts.get(anomaly.getFingerprint());
    AlertState before = stored == null ? AlertState.unseen() : stored.state();

    AnomalyReport report = AnomalyReader.report(anomaly);
    Decision decision = before.on(report, routes, Instant.ofEpochMilli(now));

    metrics.decided(decision.transition());
    if (decision.transition() == Decision.Transition.STALE) {
      return;
    }
    alerts.put(anomaly.getFingerprint(), new StoredAlert(decision.state(), anomaly));
    if (decision.notifications().isEmpty()) {
      return;
    }
    Alert alert = NotificationWriter.alert(anomaly, report.labels());
    for (NotificationIntent notify : decision.notifications()) {
      metrics.notification(notify.recipient().receiver(), notify.status());
      context()
          .forward(
              new Record<>(
                  NotificationWriter.key(notify),
                  NotificationWriter.notification(anomaly.getTenantId(), notify, alert),
                  now));
    }
  }
}
