package io.tracetide.alert.topology;

import io.tracetide.alert.contract.InputReader;
import io.tracetide.alert.contract.InputWriter;
import io.tracetide.alert.contract.NotificationWriter;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.Decider;
import io.tracetide.alert.decision.Effects;
import io.tracetide.alert.decision.Input;
import io.tracetide.alert.decision.NotificationIntent;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.Timer;
import io.tracetide.alert.decision.TrackedAlert;
import io.tracetide.alert.metric.SinkMetrics;
import io.tracetide.alert.route.Routing;
import io.tracetide.alert.route.Watchdog;
import io.tracetide.alert.store.TenantWriter;
import io.tracetide.alert.store.TimerIndex;
import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.AlertRecord;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.ExternalAlert;
import io.tracetide.schemas.TimerTick;
import io.tracetide.schemas.serde.AvroBytes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the inputs of the tenants of one partition in their order. Stores, notifications and the
 * offset of the input are committed together.
 *
 * <p>Timers are handled at a tick, which is a record among the inputs: so a silence that was
 * acknowledged to its author before a timer was due takes effect before it, after a restart as
 * well.
 */
final class DecideAlerts extends ContextualProcessor<byte[], AlertInput, String, Decided> {
  /** Time after which a tick counts as lost and is sent again. */
  private static final long TICK_LOST_MILLIS = 30_000;

  private static final int TIMERS_PER_TICK = 5_000;
  private static final Logger log = LoggerFactory.getLogger(DecideAlerts.class);

  private final Supplier<Routing> routings;
  private final AnomalyWire wire;
  private final DecisionProgress progress;
  private final SinkMetrics metrics;
  private final WatchdogReports watchdog = new WatchdogReports();
  private final Map<String, TenantWriter> tenants = new HashMap<>();
  private final PendingOutputs outputs = new PendingOutputs();

  @SuppressWarnings("NullAway.Init") // set by init, before the first record
  private TenantWriter.Stores stores;

  private @Nullable Routing routing;
  private @Nullable Long tickSentMillis;

  DecideAlerts(
      Supplier<Routing> routings,
      AnomalyWire wire,
      DecisionProgress progress,
      SinkMetrics metrics) {
    this.routings = routings;
    this.wire = wire;
    this.progress = progress;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Decided> context) {
    super.init(context);
    stores =
        new TenantWriter.Stores(
            store(AlertStores.ALERTS),
            store(AlertStores.GROUPS),
            store(AlertStores.MEMBERS),
            store(AlertStores.SILENCES),
            new TimerIndex(store(AlertStores.TIMERS)));
    // After an aborted transaction this object is used again, with the state before it.
    tenants.clear();
    routing = null;
    tickSentMillis = null;
    progress.assigned(context.taskId().partition());
    context.schedule(PendingOutputs.LOOK, PunctuationType.WALL_CLOCK_TIME, this::look);
  }

  private KeyValueStore<Bytes, byte[]> store(String name) {
    return context().getStateStore(name);
  }

  @Override
  public void process(Record<byte[], AlertInput> record) {
    Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
    Routing current = reload(now);
    AlertInput input = record.value();
    if (input.getInput() instanceof TimerTick tick) {
      if (tick.getPartition() == context().taskId().partition()) {
        tickSentMillis = null;
        handleTimers(current, input.getReceivedAt(), now);
      }
    } else {
      handle(current, input, now);
    }
    context().recordMetadata().ifPresent(from -> progress.handled(from.partition(), from.offset()));
  }

  private void handle(Routing current, AlertInput input, Instant now) {
    TenantWriter tenant = tenant(input.getTenantId());
    Object given = input.getInput();
    if (given instanceof Anomaly anomaly) {
      tenant.report(anomaly.getFingerprint(), wire.encode(anomaly));
      decide(current, tenant, InputReader.report(anomaly), now);
    } else if (given instanceof ExternalAlert alert) {
      metrics.externalAlert(alert.getEndsAt().isAfter(now));
      decide(current, tenant, InputReader.report(alert), now);
    } else if (given instanceof AlertCommand command) {
      command(current, tenant, command, now);
    } else if (given instanceof AlertRecord stored) {
      byte[] bytes = AvroBytes.copy(stored.getAnomaly());
      Anomaly anomaly = wire.decode(bytes);
      tenant.report(anomaly.getFingerprint(), bytes);
      decide(current, tenant, InputReader.imported(stored, anomaly), now);
    }
  }

  private void command(Routing current, TenantWriter tenant, AlertCommand command, Instant now) {
    Optional<Input> input;
    try {
      input = InputReader.command(command);
    } catch (IllegalArgumentException e) {
      log.warn("command ignored id={} cause={}", command.getId(), e.getMessage());
      metrics.poison(AlertTopology.INPUTS, "BAD_COMMAND");
      return;
    }
    input.ifPresent(given -> decide(current, tenant, given, now));
    forward(command.getId(), new Decided.Accepted(command));
  }

  /** Uses the current configuration; after a change the firing alerts are routed again. */
  private Routing reload(Instant now) {
    Routing current = routings.get();
    if (!current.equals(routing)) {
      routing = current;
      for (String name : stores.tables().tenants()) {
        TenantWriter tenant = tenant(name);
        WatchdogReports.withdrawal(current, tenant, now)
            .ifPresent(end -> decide(Watchdog.withoutPolicies(current), tenant, end, now));
        decide(current, tenant, new Input.Reloaded(), now);
      }
    }
    return current;
  }

  /**
   * Reports the watchdog, and requests a tick when a timer is due and a commit of what was written.
   */
  private void look(long time) {
    requestTick();
    outputs.look(context());
  }

  private void requestTick() {
    long now = context().currentSystemTimeMs();
    watchdog
        .due(routings.get(), context().taskId().partition(), Instant.ofEpochMilli(now))
        .ifPresent(report -> forward(report.getTenantId(), new Decided.Tick(report)));
    boolean waiting = tickSentMillis != null && Math.abs(now - tickSentMillis) < TICK_LOST_MILLIS;
    boolean changed = !routings.get().equals(routing);
    if (!waiting && (changed || stores.timers().isDue(now))) {
      tickSentMillis = now;
      int partition = context().taskId().partition();
      forward(
          "",
          new Decided.Tick(
              InputWriter.input("", Instant.ofEpochMilli(now), new TimerTick(partition))));
    }
  }

  /**
   * Handles the timers that were due when the tick was written. Those that have become due since,
   * for example while no instance was running, wait for the next tick: inputs that were there
   * before they were due may be behind this one.
   */
  private void handleTimers(Routing current, Instant written, Instant now) {
    long dueMillis = Math.min(written.toEpochMilli(), now.toEpochMilli());
    for (TimerIndex.Due due : stores.timers().due(dueMillis, TIMERS_PER_TICK)) {
      TenantWriter tenant = tenant(due.tenant());
      decide(current, tenant, new Input.TimerDue(due.timer()), now);
      if (!due.isAt(dueOf(tenant, due.timer()))) {
        stores.timers().remove(due);
      }
    }
  }

  /** When the subject of a timer is due now; null for never. */
  private static @Nullable Instant dueOf(TenantWriter tenant, Timer timer) {
    switch (timer.kind()) {
      case ALERT -> {
        TrackedAlert alert = tenant.alert(timer.id());
        return alert == null ? null : alert.due();
      }
      case GROUP -> {
        AlertGroup group = tenant.group(timer.id());
        return group == null ? null : group.schedule().due();
      }
      case SILENCE -> {
        return null;
      }
    }
    return null;
  }

  private void decide(Routing current, TenantWriter tenant, Input input, Instant now) {
    Decider.decide(current, tenant, input, now, new Outputs(tenant));
    tenant.flush();
  }

  private TenantWriter tenant(String name) {
    return tenants.computeIfAbsent(name, unknown -> new TenantWriter(unknown, stores));
  }

  private void forward(String key, Decided output) {
    outputs.written();
    context().forward(new Record<>(key, output, context().currentSystemTimeMs()));
  }

  @Override
  public void close() {
    progress.revoked(context().taskId().partition());
  }

  /** Forwards the effects of a decision. */
  private final class Outputs implements Effects {
    private final TenantWriter tenant;

    Outputs(TenantWriter tenant) {
      this.tenant = tenant;
    }

    @Override
    public void notify(NotificationIntent intent) {
      metrics.notification(intent.integration(), intent.status());
      forward(
          NotificationWriter.key(intent),
          new Decided.Notify(NotificationWriter.notification(intent, this::anomaly)));
    }

    private NotificationWriter.@Nullable Sized anomaly(String fingerprint) {
      byte @Nullable [] bytes = tenant.anomaly(fingerprint);
      return bytes == null ? null : new NotificationWriter.Sized(wire.decode(bytes), bytes.length);
    }

    @Override
    public void entered(TrackedAlert alert, Phase phase) {
      metrics.decided(phase);
    }
  }
}
