package io.tracetide.processor.query.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.processor.change.StateChange;
import io.tracetide.processor.change.StateChange.Kind;
import io.tracetide.processor.query.anomaly.Episodes;
import io.tracetide.processor.query.trace.Traces;
import io.tracetide.processor.query.window.MemoryWindows;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowTier;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.AnomalyState;
import io.tracetide.schemas.Severity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveBrokerTest {
  private static final String ANOMALIES = "{\"type\":\"subscribe_anomalies\"}";
  private static final SeriesId PAY = SeriesId.ofOperation("default", "shop", "pay");

  private final LiveDriver live = new LiveDriver();

  private static Anomaly anomaly(String tenant, String service, int revision) {
    return Episodes.builder(service, "pay", Severity.HIGH, LiveDriver.START)
        .setTenantId(tenant)
        .setAnomalyId(tenant + "-" + service)
        .setRevision(revision)
        .build();
  }

  private static Anomaly anomaly(String service, int revision) {
    return anomaly("default", service, revision);
  }

  private static List<String> services(JsonNode update) {
    return update.findValuesAsText("service");
  }

  @Test
  void shouldSendTheSnapshotFirstAndThenNumberedChanges() {
    live.change(anomaly("shop", 1));
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    live.change(anomaly("mail", 1));
    live.tick();
    live.tick();
    live.change(anomaly("shop", 2));
    live.change(anomaly("shop", 3));
    live.tick();

    List<JsonNode> messages = client.take();
    assertThat(messages).hasSize(4);
    assertThat(messages.get(0).at("/type").asText()).isEqualTo("subscribed");
    JsonNode snapshot = messages.get(1);
    assertThat(snapshot.at("/type").asText()).isEqualTo("anomaly_detected");
    assertThat(snapshot.at("/snapshot").asBoolean()).isTrue();
    assertThat(snapshot.at("/reason").asText()).isEqualTo("subscribed");
    assertThat(services(snapshot)).containsExactly("shop");
    assertThat(snapshot.at("/total").asInt()).isEqualTo(1);
    long first = snapshot.at("/seq").asLong();
    assertThat(services(messages.get(2))).containsExactly("mail");
    assertThat(messages.get(2).at("/seq").asLong()).isEqualTo(first + 1);
    assertThat(messages.get(2).at("/partial").asBoolean()).isFalse();
    assertThat(messages.get(3).at("/seq").asLong()).isEqualTo(first + 2);
    assertThat(messages.get(3).at("/anomalies")).as("only the latest").hasSize(1);
    assertThat(messages.get(3).at("/anomalies/0/revision").asInt()).isEqualTo(3);
  }

  @Test
  void shouldLoseNoChangeThatComesWhileTheSnapshotIsRead() {
    live.waitingReads = new ArrayDeque<>();
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    live.change(anomaly("shop", 1));
    live.tick();
    live.anomalies.clear();
    live.finishReads();
    live.tick();

    List<JsonNode> messages = client.take();
    assertThat(messages.get(1).at("/snapshot").asBoolean()).isTrue();
    assertThat(messages.get(1).at("/anomalies")).isEmpty();
    assertThat(services(messages.get(2))).containsExactly("shop");
  }

  @Test
  void shouldReadAndSerialiseOnceForEqualFilters() {
    String filter = "{\"type\":\"subscribe_anomalies\",\"id\":\"%s\",\"services\":\"shop\"}";
    LiveDriver.Client one = live.client().send(filter.formatted("a"));
    LiveDriver.Client two = live.client().send(filter.formatted("b"));
    live.tick();
    assertThat(live.reads).isEqualTo(1);
    assertThat(live.gauge("filters")).isEqualTo(1);
    assertThat(live.gauge("subscriptions")).isEqualTo(2);
    live.change(anomaly("shop", 2));
    live.tick();
    assertThat(one.last().at("/id").asText()).isEqualTo("a");
    assertThat(two.last().at("/id").asText()).isEqualTo("b");
    assertThat(one.last().at("/anomalies")).isEqualTo(two.last().at("/anomalies"));
    assertThat(one.last().at("/seq")).isEqualTo(two.last().at("/seq"));
  }

  @Test
  void shouldCoalesceForAClientThatReadsSlowly() {
    LiveDriver.Client slow = live.client().send(ANOMALIES);
    LiveDriver.Client fast = live.client().send(ANOMALIES);
    live.tick();
    long seq = slow.last().at("/seq").asLong();
    slow.reading = false;
    slow.ready = false;
    for (int i = 1; i <= 10; i++) {
      live.change(anomaly(i % 2 == 0 ? "shop" : "mail", i));
      live.tick();
    }
    slow.take();
    slow.read();

    JsonNode all = slow.last();
    assertThat(slow.take()).hasSize(1);
    assertThat(all.at("/seq").asLong()).isEqualTo(seq + 10);
    assertThat(all.at("/coalesced").asLong()).isEqualTo(9);
    assertThat(all.at("/anomalies")).hasSize(2);
    assertThat(LiveDriver.known(Map.of(), List.of(all)))
        .isEqualTo(Map.of("default-mail", "9", "default-shop", "10"));
    assertThat(fast.take()).hasSize(12);
    assertThat(live.metric("updates.coalesced")).isEqualTo(9);
  }

  @Test
  void shouldCloseAClientThatDoesNotReadAndNoOther() {
    LiveDriver.Client stalled = live.client().send(ANOMALIES);
    LiveDriver.Client other = live.client().send(ANOMALIES);
    live.tick();
    stalled.reading = false;
    live.change(anomaly("shop", 1));
    live.tick();
    live.pass(Duration.ofSeconds(19));
    assertThat(stalled.ending).isNull();
    live.pass(Duration.ofSeconds(2));

    assertThat(stalled.ending).isEqualTo(ClientOutlet.Ending.SLOW);
    assertThat(other.ending).isNull();
    assertThat(live.metric("connections.closed", "reason", "slow")).isEqualTo(1);
    assertThat(live.gauge("connections")).isEqualTo(1);
    live.change(anomaly("shop", 2));
    live.tick();
    assertThat(other.last().at("/anomalies/0/revision").asInt()).isEqualTo(2);
  }

  @Test
  void shouldCloseAClientWhoseUpdatesAreNoLongerKept() {
    LiveDriver driver = new LiveDriver(LiveDriver.config(Duration.ofSeconds(2), 4));
    LiveDriver.Client slow = driver.client().send(ANOMALIES);
    driver.tick();
    slow.ready = false;
    for (int i = 0; i < 40; i++) {
      driver.change(anomaly("shop", i));
      driver.tick();
    }
    assertThat(slow.ending).isEqualTo(ClientOutlet.Ending.SLOW);
  }

  @Test
  void shouldResumeAfterTheLastMessage() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    String position = client.positions.get(client.positions.size() - 1);
    client.disconnect();
    live.change(anomaly("shop", 1));
    live.tick();
    live.change(anomaly("mail", 1));
    live.pass(Duration.ofSeconds(30));

    LiveDriver.Client again =
        live.client()
            .send("{\"type\":\"subscribe_anomalies\",\"resume\":\"%s\"}".formatted(position));
    live.tick();
    List<JsonNode> messages = again.take();
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).at("/resumed").asBoolean()).isTrue();
    assertThat(messages.get(1).at("/snapshot").asBoolean()).isFalse();
    assertThat(services(messages.get(1))).containsExactlyInAnyOrder("shop", "mail");
    assertThat(live.metric("resumed", "outcome", "replayed")).isEqualTo(1);
  }

  @Test
  void shouldSendASnapshotWhenTheUpdatesAreNoLongerKept() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    String position = client.positions.get(client.positions.size() - 1);
    client.disconnect();
    live.pass(Duration.ofSeconds(61));
    live.tick();
    assertThat(live.gauge("filters")).isZero();
    assertThat(live.wanted).isEmpty();

    LiveDriver.Client again =
        live.client()
            .send("{\"type\":\"subscribe_anomalies\",\"resume\":\"%s\"}".formatted(position));
    live.tick();
    assertThat(again.messages.get(0).at("/resumed").asBoolean()).isFalse();
    assertThat(again.messages.get(1).at("/snapshot").asBoolean()).isTrue();
    assertThat(live.metric("resumed", "outcome", "snapshot")).isEqualTo(1);
  }

  @Test
  void shouldShowOnlyTheTenantsOfTheCaller() {
    LiveDriver.Client acme = live.client("acme").send(ANOMALIES);
    LiveDriver.Client all = live.client().send(ANOMALIES);
    acme.send("{\"type\":\"subscribe_anomalies\",\"id\":\"other\",\"tenant\":\"globex\"}");
    assertThat(acme.last().at("/type").asText()).isEqualTo("error");
    assertThat(acme.last().at("/ended").asBoolean()).isTrue();
    assertThat(acme.last().at("/detail").asText()).contains("globex");
    live.tick();
    acme.take();
    all.take();
    live.change(anomaly("globex", "shop", 1));
    live.tick();
    assertThat(acme.take()).isEmpty();
    assertThat(all.take()).hasSize(1);
    live.change(anomaly("acme", "shop", 1));
    live.tick();
    assertThat(acme.last().at("/anomalies/0/tenant").asText()).isEqualTo("acme");
  }

  @Test
  void shouldSendWhatLeavesTheFilterOnceMore() {
    LiveDriver.Client open =
        live.client().send("{\"type\":\"subscribe_anomalies\",\"resolved\":false}");
    live.tick();
    live.change(anomaly("shop", 1));
    live.tick();
    open.take();
    Anomaly resolved =
        Anomaly.newBuilder(anomaly("shop", 2))
            .setState(AnomalyState.RESOLVED)
            .setResolvedAt(LiveDriver.START)
            .build();
    live.change(resolved);
    live.tick();
    assertThat(open.last().at("/anomalies/0/state").asText()).isEqualTo("RESOLVED");
    open.take();
    live.change(resolved);
    live.tick();
    assertThat(open.take()).isEmpty();
  }

  @Test
  void shouldShowTracesThatMatch() {
    LiveDriver.Client client =
        live.client()
            .send("{\"type\":\"subscribe_traces\",\"state\":\"in_flight\",\"service\":\"pl*\"}");
    live.tick();
    Traces trip = Traces.running("t1", "planner", "trip", LiveDriver.START);
    live.change(new StateChange.OfTrace(trip.snapshot()));
    live.change(
        new StateChange.OfTrace(Traces.running("t2", "shop", "pay", LiveDriver.START).snapshot()));
    live.tick();
    assertThat(client.last().at("/traces")).hasSize(1);
    assertThat(client.last().at("/traces/0/traceId").asText()).isEqualTo("t1");
    assertThat(client.last().at("/traces/0/events").isNull()).isTrue();
    live.change(
        new StateChange.OfTrace(trip.completed(LiveDriver.START.plusSeconds(5)).snapshot()));
    live.tick();
    assertThat(client.last().at("/traces/0/state").asText()).isEqualTo("completed");
  }

  @Test
  void shouldMakePointsOfTheChangesAlone() {
    LiveDriver.Client client =
        live.client()
            .send(
                "{\"type\":\"subscribe_metrics\",\"services\":[\"shop\",\"mail\"],\"operations\":\"pay\"}");
    live.tick();
    int reads = live.reads;
    live.change(PAY, LiveDriver.WINDOW_MS, MemoryWindows.work(1, 1_000, 2_000));
    live.change(
        SeriesId.ofOperation("default", "shop", "refund"),
        LiveDriver.WINDOW_MS,
        MemoryWindows.work(0, 1_000));
    live.change(
        SeriesId.ofOperation("default", "other", "pay"),
        LiveDriver.WINDOW_MS,
        MemoryWindows.work(0, 1_000));
    live.tick();
    assertThat(client.last().at("/series")).hasSize(1);
    JsonNode point = client.last().at("/series/0/points/0");
    assertThat(point.at("/count").asInt()).isEqualTo(2);
    assertThat(point.at("/errors").asInt()).isEqualTo(1);
    assertThat(point.at("/maxMs").asDouble()).isEqualTo(2);
    assertThat(point.at("/final").asBoolean()).isFalse();
    assertThat(live.reads).isEqualTo(reads);
    client.take();
    live.change(PAY, LiveDriver.WINDOW_MS - 3_600_000, MemoryWindows.work(0, 1_000));
    live.tick();
    assertThat(client.take()).as("older than the range").isEmpty();
  }

  @Test
  void shouldReadMergedPointsAgainOnceASecondAtMost() {
    LiveDriver.Client client =
        live.client().send("{\"type\":\"subscribe_metrics\",\"granularity\":\"1m\"}");
    live.tick();
    long minute = LiveDriver.WINDOW_MS / 60_000 * 60_000;
    WindowTier minutes =
        WindowTier.ALL.stream().filter(tier -> tier.sizeMs() == 60_000).findFirst().orElseThrow();
    live.windows.put(minutes, PAY, minute, MemoryWindows.work(0, 1_000, 2_000, 3_000), 0);
    int reads = live.reads;
    for (int i = 0; i < 9; i++) {
      live.change(PAY, LiveDriver.WINDOW_MS, MemoryWindows.work(0, 1_000));
      live.tick();
    }
    assertThat(live.reads).isEqualTo(reads + 1);
    assertThat(client.last().at("/series/0/points/0/count").asInt()).isEqualTo(3);
    live.pass(Duration.ofSeconds(1));
    live.tick();
    assertThat(live.reads).isEqualTo(reads + 2);
  }

  @Test
  void shouldSendTheStateAgainWhenChangesMayBeLost() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.change(anomaly("shop", 1));
    live.tick();
    client.take();
    live.breaks++;
    live.anomalies.put("lost", anomaly("mail", 1));
    live.tick();
    assertThat(client.take()).as("the assignment may not be stable yet").isEmpty();
    live.pass(Duration.ofSeconds(1));

    JsonNode snapshot = client.last();
    assertThat(snapshot.at("/snapshot").asBoolean()).isTrue();
    assertThat(snapshot.at("/reason").asText()).isEqualTo("reassigned");
    assertThat(services(snapshot)).containsExactlyInAnyOrder("shop", "mail");
  }

  @Test
  void shouldRepeatChangesThatCameWhileTheStateWasReadAgain() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.change(anomaly("shop", 1));
    live.tick();
    live.breaks++;
    live.waitingReads = new ArrayDeque<>();
    live.tick();
    live.pass(Duration.ofSeconds(1));
    live.change(anomaly("shop", 2));
    live.tick();
    live.anomalies.put("default-shop", anomaly("shop", 1)); // As the read began before.
    client.take();
    live.finishReads();
    live.tick();
    live.tick();
    assertThat(LiveDriver.known(Map.of(), client.take())).isEqualTo(Map.of("default-shop", "2"));
  }

  @Test
  void shouldSayWhichInstancesAreMissing() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    live.missing = List.of("10.0.0.2:8080");
    live.tick();
    assertThat(client.last().at("/partial").asBoolean()).isTrue();
    assertThat(client.last().at("/missing/0").asText()).isEqualTo("10.0.0.2:8080");
    client.take();
    live.tick();
    assertThat(client.take()).as("once").isEmpty();
    live.missing = List.of();
    live.tick();
    assertThat(client.last().at("/partial").asBoolean()).isFalse();
  }

  @Test
  void shouldWaitForTheOtherInstancesBeforeTheSnapshot() {
    live.settled = false;
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    assertThat(client.types()).containsExactly("subscribed");
    live.settled = true;
    live.tick();
    assertThat(client.types()).containsExactly("anomaly_detected");
  }

  @Test
  void shouldSendTheSnapshotWhenTheStateCanBeRead() {
    live.readable = false;
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    live.tick();
    assertThat(client.last().at("/detail").asText()).contains("Restoring 3 store partitions");
    assertThat(client.last().at("/ended").asBoolean()).isFalse();
    live.readable = true;
    live.pass(Duration.ofSeconds(1));
    live.tick();
    assertThat(client.last().at("/snapshot").asBoolean()).isTrue();
  }

  @Test
  void shouldLimitSubscriptionsAndNameWhatIsWrong() {
    LiveDriver.Client client = live.client();
    for (int i = 0; i < 5; i++) {
      client.send("{\"type\":\"subscribe_anomalies\",\"id\":%d}".formatted(i));
    }
    assertThat(client.last().at("/detail").asText()).contains("at most 4 subscriptions");
    client.send("{\"type\":\"unsubscribe_anomalies\",\"id\":\"0\"}");
    client.send("{\"type\":\"subscribe_anomalies\",\"id\":\"1\"}");
    assertThat(client.last().at("/detail").asText()).contains("'id'");
    client.send("{\"type\":\"subscribe_anomalies\",\"from\":\"2026-01-01T00:00:00Z\"}");
    assertThat(client.last().at("/detail").asText()).contains("'from'", "timeRange");
    client.send("{\"type\":\"subscribe_traces\",\"resume\":\"x\"}");
    assertThat(client.last().at("/detail").asText()).contains("resume");
    client.send("[1]");
    assertThat(client.last().at("/detail").asText()).contains("JSON object");
    client.send("{\"type\":\"subscribe_traces\",\"service\":{\"a\":1}}");
    assertThat(client.last().at("/detail").asText()).contains("service");
    client.send("{\"type\":\"subscribe_metrics\",\"id\":\"9\"}");
    assertThat(client.last().at("/type").asText()).isEqualTo("subscribed");
  }

  @Test
  void shouldSendHeartbeatsAndCloseOldConnections() {
    LiveDriver.Client client = live.client().send(ANOMALIES);
    live.tick();
    client.take();
    live.pass(Duration.ofSeconds(14));
    assertThat(client.types()).isEmpty();
    live.pass(Duration.ofSeconds(2));
    assertThat(client.types()).containsExactly("heartbeat");
    live.pass(Duration.ofHours(1));
    assertThat(client.ending).isEqualTo(ClientOutlet.Ending.AGED);
  }

  @Test
  void shouldFollowOnlyWhatIsSubscribed() {
    live.tick();
    assertThat(live.wanted).isEmpty();
    LiveDriver.Client client = live.client().send("{\"type\":\"subscribe_traces\"}");
    live.tick();
    assertThat(live.wanted).containsExactly(Kind.TRACES);
    client.disconnect();
    live.pass(Duration.ofSeconds(61));
    live.tick();
    assertThat(live.wanted).isEmpty();
  }

  /** Clients that read, stall, disconnect and resume at random know the truth in the end. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldLeadEveryClientToTheTruth(long seed) {
    Random random = new Random(seed);
    List<LiveDriver.Client> clients = new ArrayList<>();
    List<Map<String, String>> known = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(live.client().send(ANOMALIES));
      known.add(new HashMap<>());
    }
    for (int step = 0; step < 600; step++) {
      if (random.nextInt(3) == 0) {
        live.change(anomaly("service-" + random.nextInt(5), step));
      }
      if (random.nextInt(40) == 0) {
        live.breaks++;
      }
      int one = random.nextInt(clients.size());
      LiveDriver.Client client = clients.get(one);
      known.set(one, LiveDriver.known(known.get(one), client.take()));
      switch (random.nextInt(6)) {
        case 0 -> client.reading = false;
        case 1 -> client.read();
        case 2 -> {
          String position =
              client.positions.stream()
                  .filter(text -> !text.isEmpty())
                  .reduce((a, b) -> b)
                  .orElse("none:0");
          client.disconnect();
          clients.set(
              one,
              live.client()
                  .send(
                      "{\"type\":\"subscribe_anomalies\",\"resume\":\"%s\"}".formatted(position)));
        }
        default -> {}
      }
      live.tick();
    }
    clients.forEach(LiveDriver.Client::read);
    live.pass(Duration.ofSeconds(2));
    live.tick();
    Map<String, String> truth = new HashMap<>();
    live.anomalies.forEach((id, anomaly) -> truth.put(id, "" + anomaly.getRevision()));
    for (int i = 0; i < clients.size(); i++) {
      assertThat(LiveDriver.known(known.get(i), clients.get(i).take())).isEqualTo(truth);
    }
  }
}
