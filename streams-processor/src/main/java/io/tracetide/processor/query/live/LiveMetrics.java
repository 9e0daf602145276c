package io.tracetide.processor.query.live;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Meters of live queries. */
public final class LiveMetrics {
  private static final String CONNECTIONS = "tracetide.processor.live.connections";
  private static final String SUBSCRIPTIONS = "tracetide.processor.live.subscriptions";
  private static final String FILTERS = "tracetide.processor.live.filters";
  private static final String SENT = "tracetide.processor.live.messages.sent";
  private static final String COALESCED = "tracetide.processor.live.updates.coalesced";
  private static final String CLOSED = "tracetide.processor.live.connections.closed";
  private static final String REFUSED = "tracetide.processor.live.refused";
  private static final String RESUMED = "tracetide.processor.live.resumed";

  /** Descriptions of the meters. */
  public static final Map<String, String> HELP =
      Map.of(
          CONNECTIONS, "Open WebSockets and event streams",
          SUBSCRIPTIONS, "Subscriptions of these connections",
          FILTERS, "Distinct filters whose updates are kept",
          SENT, "Messages sent to live clients, by type",
          COALESCED, "Updates that a client got as part of a later one, because it read slowly",
          CLOSED, "Live connections that were closed, by reason",
          REFUSED, "Connections and subscriptions that were refused, by reason",
          RESUMED, "Subscriptions that resumed, by outcome");

  private final MeterRegistry meters;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger subscriptions = new AtomicInteger();
  private final AtomicInteger filters = new AtomicInteger();
  private final Map<String, Counter> sent = new ConcurrentHashMap<>();
  private final Map<ClientOutlet.Ending, Counter> closed = new EnumMap<>(ClientOutlet.Ending.class);
  private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
  private final Counter coalesced;
  private final Counter closedByClient;
  private final Counter replayed;
  private final Counter notReplayed;

  /** Why a connection or a subscription was refused. */
  public enum Refusal {
    CONNECTIONS,
    SUBSCRIPTIONS,
    ORIGIN,
    PARAMETERS
  }

  public LiveMetrics(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder(CONNECTIONS, connections, AtomicInteger::get).register(meters);
    Gauge.builder(SUBSCRIPTIONS, subscriptions, AtomicInteger::get).register(meters);
    Gauge.builder(FILTERS, filters, AtomicInteger::get).register(meters);
    coalesced = meters.counter(COALESCED);
    for (ClientOutlet.Ending ending : ClientOutlet.Ending.values()) {
      closed.put(ending, meters.counter(CLOSED, "reason", label(ending)));
    }
    closedByClient = meters.counter(CLOSED, "reason", "client");
    for (Refusal reason : Refusal.values()) {
      refused.put(reason, meters.counter(REFUSED, "reason", label(reason)));
    }
    replayed = meters.counter(RESUMED, "outcome", "replayed");
    notReplayed = meters.counter(RESUMED, "outcome", "snapshot");
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  void opened() {
    connections.incrementAndGet();
  }

  void closed(ClientOutlet.Ending ending) {
    connections.decrementAndGet();
    Objects.requireNonNull(closed.get(ending)).increment();
  }

  void closedByClient() {
    connections.decrementAndGet();
    closedByClient.increment();
  }

  void subscribed(int more) {
    subscriptions.addAndGet(more);
  }

  void filters(int number) {
    filters.set(number);
  }

  void sent(String type) {
    sent.computeIfAbsent(type, of -> meters.counter(SENT, "type", of)).increment();
  }

  void coalesced(int updates) {
    if (updates > 0) {
      coalesced.increment(updates);
    }
  }

  void resumed(boolean replay) {
    (replay ? replayed : notReplayed).increment();
  }

  /** A connection or a subscription was refused. */
  public void refused(Refusal reason) {
    Objects.requireNonNull(refused.get(reason)).increment();
  }
}
