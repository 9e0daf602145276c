package io.tracetide.alert;

import io.tracetide.alert.deliver.Deliverer;
import io.tracetide.alert.message.ActionSigner;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.reload.ConfigReload;
import io.tracetide.alert.reload.ReloadStatus;
import io.tracetide.alert.route.Routing;
import io.tracetide.runtime.http.Reloads;
import io.tracetide.runtime.kafka.audit.RoleAudit;
import io.tracetide.runtime.life.Closers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force, and its replacement while the sink runs: channels are opened, new
 * receivers are started, the routing is replaced, and removed receivers are retired, in this order.
 * So a notification is never decided for a receiver that is not delivered to.
 */
final class SinkReload {
  /** How often the files are read again. */
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** After which a file that may not be complete is read again. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(SinkReload.class);

  private final SinkSections started;
  private volatile InForce inForce;

  /**
   * What was read.
   *
   * @param sections as they are written
   * @param alerting with the contents of the files to which they refer
   */
  private record Loaded(SinkSections sections, Alerting alerting) {
    static Loaded of(SinkSections sections) {
      return new Loaded(sections, sections.sink().toAlerting());
    }
  }

  /**
   * What is in force.
   *
   * @param config with the parts of the start that need a restart
   */
  private record InForce(SinkConfig config, Alerting alerting, Optional<ActionSigner> signer) {
    static InForce of(SinkConfig config, Alerting alerting) {
      return new InForce(config, alerting, config.links().signer());
    }
  }

  /** Begins with the configuration of the start. */
  SinkReload(SinkSections started) {
    this.started = started;
    inForce = InForce.of(started.sink(), started.sink().toAlerting());
    logLimitations(inForce.alerting());
  }

  Alerting alerting() {
    return inForce.alerting();
  }

  Routing routing() {
    return inForce.alerting().routing();
  }

  Duration resolveTimeout() {
    return inForce.alerting().resolveTimeout();
  }

  Optional<ActionSigner> signer() {
    return inForce.signer();
  }

  /**
   * Reads the configuration again from now on, at each interval and when the returned object is
   * called.
   *
   * @param source reads it; throws if it cannot be used
   */
  ConfigReload<?> start(
      Supplier<SinkSections> source,
      Deliverer deliverer,
      SinkMetrics metrics,
      RoleAudit audit,
      Clock clock,
      Closers closers) {
    ConfigReload<Loaded> reload =
        new ConfigReload<>(
            new Loaded(started, inForce.alerting()),
            () -> Loaded.of(source.get()),
            new Target(deliverer, metrics, audit),
            PAUSE,
            clock);
    metrics.lastReload(() -> reload.status().isSuccessful(), () -> reload.status().lastSuccess());
    closers
        .add("config-reloads", new Reloads(INTERVAL))
        .each(
            () -> {
              try {
                reload.poll();
                deliverer.endRetired();
                report(deliverer, reload.status());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    return reload;
  }

  /** Notifies the fallback receiver of problems and of their end; repeated until it succeeds. */
  private void report(Deliverer deliverer, ReloadStatus status) throws InterruptedException {
    Optional<String> problem =
        status.isSuccessful() ? Optional.empty() : Optional.of(status.reason());
    try {
      deliverer.configurationAlert().update(instance(), problem);
    } catch (IllegalStateException e) {
      log.warn("state of the configuration not notified cause={}", e.toString());
    }
  }

  /** Name of this instance among several; empty for a single one. */
  private String instance() {
    SinkConfig sink = started.sink();
    return sink.instanceId().isEmpty() ? sink.advertisedAddress() : sink.instanceId();
  }

  private static void logLimitations(Alerting alerting) {
    alerting
        .limitations()
        .forEach(each -> log.warn("part of alertmanager.yml has no effect key={}", each));
  }

  private final class Target implements ConfigReload.Target<Loaded> {
    private final Deliverer deliverer;
    private final SinkMetrics metrics;
    private final RoleAudit audit;

    Target(Deliverer deliverer, SinkMetrics metrics, RoleAudit audit) {
      this.deliverer = deliverer;
      this.metrics = metrics;
      this.audit = audit;
    }

    @Override
    public List<String> apply(Loaded loaded) {
      SinkSections sections = loaded.sections();
      SinkConfig config = sections.sink().withFixedPartsOf(started.sink());
      InForce next = InForce.of(config, loaded.alerting());
      Deliverer.Change change = deliverer.prepare(config.toDeliveryPlan(loaded.alerting()));
      change.begin();
      inForce = next;
      change.finish();
      logLimitations(loaded.alerting());
      return sections.keysThatNeedRestart(started);
    }

    @Override
    public void reloaded(ReloadStatus status) {
      metrics.reload(status.result());
      audit.reloaded(
          "default",
          started.sink().applicationId(),
          new RoleAudit.Reload(
              status.by(), status.result().label(), status.problems(), status.restartRequired()),
          inForce.config(),
          started.kafka(),
          started.registry());
    }
  }
}
