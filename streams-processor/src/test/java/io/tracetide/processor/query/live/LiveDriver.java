package io.tracetide.processor.query.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.anomaly.AnomalySearch;
import io.tracetide.processor.query.live.config.LiveConfig;
import io.tracetide.processor.query.live.view.LiveViews;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.query.trace.MemoryLedger;
import io.tracetide.processor.query.trace.TraceRetention;
import io.tracetide.processor.query.trace.TraceSearch;
import io.tracetide.processor.query.window.Analytics;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesCodec;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowStats;
import io.tracetide.processor.window.WindowStatsCodec;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Anomaly;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A broker with its time, changes, state and clients in the hands of a test. */
final class LiveDriver implements ChangeSource {
  static final Instant START = Instant.parse("2026-03-01T10:00:05Z");
  static final long WINDOW_MS = WindowTier.BASE.windowStart(START.toEpochMilli());
  private static final ObjectMapper JSON = new ObjectMapper();

  final Map<String, Anomaly> anomalies = new LinkedHashMap<>();
  final MemoryLedger ledger = new MemoryLedger();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final Set<Kind> wanted = EnumSet.noneOf(Kind.class);
  MemoryWindows windows = new MemoryWindows();
  List<String> missing = List.of();
  boolean settled = true;
  boolean readable = true;
  long breaks;
  int reads;
  long nowMs = START.toEpochMilli();

  /** Reads that wait for {@link #finishReads}; null for those that end at once. */
  Deque<Runnable> waitingReads;

  private final List<StateChange> changes = new ArrayList<>();
  private final LiveBroker broker;

  LiveDriver() {
    this(config(Duration.ofSeconds(60), 4));
  }

  LiveDriver(LiveConfig config) {
    TraceSearch traces =
        new TraceSearch(
            LocalLedgers.view(List.of(ledger)),
            1 << 20,
            new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(1)),
            CursorSeal.of(Secret.NONE));
    LiveViews views =
        new LiveViews(
            new Analytics(
                (tier, fromMs, toMs, scope, reader) -> {
                  checkReadable();
                  return windows.read(tier, fromMs, toMs, scope, reader);
                },
                1_000,
                Clock.systemUTC()),
            new AnomalySearch(
                reader -> {
                  checkReadable();
                  List.copyOf(anomalies.values()).forEach(reader);
                  return List.of();
                }),
            Optional.of(traces),
            CursorSeal.of(Secret.NONE),
            WindowTier.ALL);
    broker =
        new LiveBroker(config, views, this, new LiveMetrics(meters), this::read, Runnable::run);
  }

  static LiveConfig config(Duration resumeFor, int maxSubscriptions) {
    return new LiveConfig(
        10,
        maxSubscriptions,
        Duration.ofMillis(100),
        Duration.ofSeconds(15),
        resumeFor,
        1,
        Duration.ofSeconds(20),
        Duration.ofHours(1));
  }

  private void checkReadable() {
    reads++;
    if (!readable) {
      throw new StoresUnavailableException("Restoring 3 store partitions.");
    }
  }

  private void read(Runnable task) {
    if (waitingReads == null) {
      task.run();
    } else {
      waitingReads.add(task);
    }
  }

  void finishReads() {
    while (!waitingReads.isEmpty()) {
      waitingReads.remove().run();
    }
  }

  /** Stores an anomaly, and reports it. */
  void change(Anomaly anomaly) {
    anomalies.put(anomaly.getAnomalyId(), anomaly);
    changes.add(new StateChange.OfAnomaly(anomaly));
  }

  void change(StateChange change) {
    changes.add(change);
  }

  /** Reports a base window. */
  void change(SeriesId series, long startMs, WindowStats stats) {
    changes.add(
        new StateChange.OfWindow(
            SeriesCodec.encode(series), startMs, startMs, WindowStatsCodec.encode(stats, 0)));
  }

  void tick() {
    pass(Duration.ofMillis(100));
  }

  void pass(Duration time) {
    nowMs += time.toMillis();
    broker.tick(nowMs);
  }

  Client client(String... tenants) {
    Client client = new Client();
    client.connection =
        new LiveConnection(client, tenants.length == 0 ? Tenants.ALL : Tenants.of(tenants), nowMs);
    broker.open(client.connection);
    return client;
  }

  double metric(String name, String... tags) {
    return meters.get("tracetide.processor.live." + name).tags(tags).counter().count();
  }

  double gauge(String name) {
    return meters.get("tracetide.processor.live." + name).gauge().value();
  }

  /** A client that reads at once, except while a test stops it. */
  final class Client implements ClientOutlet {
    final List<JsonNode> messages = new ArrayList<>();
    final List<String> positions = new ArrayList<>();
    boolean reading = true;
    boolean ready = true;
    Ending ending;
    private LiveConnection connection;

    Client send(String text) {
      CommandReader.Command command = CommandReader.read(text);
      if (command instanceof CommandReader.Subscribe subscribe) {
        broker.subscribe(connection, subscribe.request(), nowMs);
      } else if (command instanceof CommandReader.Unsubscribe unsubscribe) {
        broker.unsubscribe(connection, unsubscribe.id(), nowMs);
      } else if (command instanceof CommandReader.Rejected rejected) {
        broker.reject(connection, rejected.error(), nowMs);
      }
      return this;
    }

    void read() {
      reading = true;
      ready = true;
      broker.ready(connection, nowMs);
    }

    void disconnect() {
      broker.closedByClient(connection, nowMs);
    }

    JsonNode last() {
      return messages.get(messages.size() - 1);
    }

    /** The messages since the last call. */
    List<JsonNode> take() {
      List<JsonNode> taken = List.copyOf(messages);
      messages.clear();
      return taken;
    }

    /** Types of the messages since the last call. */
    List<String> types() {
      return take().stream().map(message -> message.at("/type").asText()).toList();
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void send(LiveMessage message) {
      try {
        messages.add(JSON.readTree(message.json()));
      } catch (JsonProcessingException e) {
        throw new AssertionError(new String(message.json()), e);
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
      positions.add(message.position());
      ready = reading;
    }

    @Override
    public void close(Ending why, String detail) {
      ending = why;
    }
  }

  /** What a client of anomalies knows: the newest revision of each, a snapshot replacing all. */
  static Map<String, String> known(Map<String, String> before, List<JsonNode> messages) {
    Map<String, String> known = new HashMap<>(before);
    for (JsonNode message : messages) {
      if (message.at("/snapshot").asBoolean()) {
        known.clear();
      }
      for (JsonNode anomaly : message.at("/anomalies")) {
        known.put(anomaly.at("/anomalyId").asText(), anomaly.at("/revision").asText());
      }
    }
    return known;
  }

  @Override
  public void want(Set<Kind> kinds) {
    wanted.clear();
    wanted.addAll(kinds);
  }

  @Override
  public void drain(Consumer<StateChange> reader) {
    changes.forEach(reader);
    changes.clear();
  }

  @Override
  public boolean isSettled(Kind kind) {
    return settled;
  }

  @Override
  public List<String> missing(Kind kind) {
    return missing;
  }

  @Override
  public long breaks(Kind kind) {
    return breaks;
  }

  @Override
  public void close() {
    wanted.clear();
  }
}
