package io.tracetide.alert.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.decision.AlertContent;
import io.tracetide.alert.decision.AlertEpisode;
import io.tracetide.alert.decision.AlertGroup;
import io.tracetide.alert.decision.AlertTimes;
import io.tracetide.alert.decision.Member;
import io.tracetide.alert.decision.Phase;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.decision.Timer;
import io.tracetide.alert.decision.TrackedAlert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class TenantWriterTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final Timer TIMER = new Timer(Timer.Kind.GROUP, "g");

  private final MockProcessorContext<Void, Void> context = new MockProcessorContext<>();
  private final KeyValueStore<Bytes, byte[]> alerts = store("alerts");
  private final KeyValueStore<Bytes, byte[]> groups = store("groups");
  private final KeyValueStore<Bytes, byte[]> members = store("members");
  private final KeyValueStore<Bytes, byte[]> timers = store("timers");
  private final TenantWriter.Stores stores =
      new TenantWriter.Stores(alerts, groups, members, store("silences"), new TimerIndex(timers));
  private final TenantWriter tenant = new TenantWriter("t", stores);
  private final TenantReader stored = new TenantReader("t", stores.tables());

  private KeyValueStore<Bytes, byte[]> store(String name) {
    KeyValueStore<Bytes, byte[]> store =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    return store;
  }

  @Test
  void shouldReadBackChangesBeforeTheyAreWritten() {
    tenant.put(alert("a", Phase.PENDING));
    tenant.put(alert("a", Phase.FIRING));
    tenant.put(group());
    tenant.putMember("g", new Member("a", null));

    assertThat(tenant.alert("a")).isEqualTo(alert("a", Phase.FIRING));
    assertThat(tenant.fingerprints()).containsExactly("a");
    assertThat(tenant.group("g")).isEqualTo(group());
    assertThat(tenant.member("g", "a")).isEqualTo(new Member("a", null));
    assertThat(tenant.members("g")).containsExactly(new Member("a", null));
    assertThat(stored.fingerprints()).isEmpty();

    tenant.flush();

    assertThat(stored.alert("a")).isEqualTo(alert("a", Phase.FIRING));
    assertThat(stored.group("g")).isEqualTo(group());
    assertThat(stored.members("g")).containsExactly(new Member("a", null));
  }

  @Test
  void shouldReadChangesOverWhatIsStored() {
    for (String fingerprint : List.of("a", "b", "c")) {
      tenant.put(alert(fingerprint, Phase.FIRING));
      tenant.putMember("g", new Member(fingerprint, null));
    }
    tenant.put(group());
    tenant.flush();

    Member notified = new Member("c", new Member.Notified(Severity.HIGH, "e"));
    tenant.removeAlert("b");
    tenant.removeMember("g", "b");
    tenant.putMember("g", notified);
    tenant.putMember("g", new Member("d", null));
    tenant.removeGroup("g");

    assertThat(tenant.alert("b")).isNull();
    assertThat(tenant.fingerprints()).containsExactly("a", "c");
    assertThat(tenant.member("g", "b")).isNull();
    assertThat(tenant.members("g"))
        .containsExactly(new Member("a", null), notified, new Member("d", null));
    assertThat(tenant.group("g")).isNull();
    assertThat(stored.members("g")).hasSize(3);

    tenant.flush();

    assertThat(stored.alert("b")).isNull();
    assertThat(stored.members("g"))
        .containsExactly(new Member("a", null), notified, new Member("d", null));
    assertThat(stored.group("g")).isNull();
  }

  @Test
  void shouldMoveATimerOnceForAllChangesOfAnInput() {
    Instant later = START.plusSeconds(1);
    tenant.schedule(TIMER, null, START);
    tenant.flush();

    tenant.schedule(TIMER, START, null);
    tenant.schedule(TIMER, null, START.plusSeconds(9));
    tenant.schedule(TIMER, START.plusSeconds(9), later);
    assertThat(timers()).containsExactly(START);
    tenant.flush();
    assertThat(timers()).containsExactly(later);

    tenant.schedule(TIMER, later, START);
    tenant.schedule(TIMER, START, null);
    tenant.flush();
    assertThat(timers()).isEmpty();
  }

  @Test
  void shouldKeepALimitedNumberOfAlertsInMemory() {
    for (int i = 0; i < 1_000; i++) {
      tenant.put(alert("a" + i, Phase.FIRING));
    }

    assertThat(stored.fingerprints()).hasSizeGreaterThan(700);
    assertThat(tenant.fingerprints()).hasSize(1_000);
    tenant.flush();
    assertThat(stored.fingerprints()).hasSize(1_000);
  }

  @Test
  void shouldStoreAnAnomalyOnlyWithTheAlertOfItsInput() {
    tenant.report("a", new byte[] {1});
    tenant.put(alert("a", Phase.FIRING));
    assertThat(tenant.anomaly("a")).containsExactly(1);
    tenant.flush();

    tenant.report("a", new byte[] {2});
    tenant.flush();
    tenant.put(alert("a", Phase.RESOLVED));
    tenant.flush();

    assertThat(stored.anomaly("a")).containsExactly(1);
    assertThat(stored.alert("a")).isEqualTo(alert("a", Phase.RESOLVED));
  }

  private List<Instant> timers() {
    List<Instant> found = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = timers.all()) {
      all.forEachRemaining(
          timer -> found.add(Instant.ofEpochMilli(StoreKeys.dueMillis(timer.key))));
    }
    return found;
  }

  private static TrackedAlert alert(String fingerprint, Phase phase) {
    return new TrackedAlert(
        fingerprint,
        AlertContent.of(new TreeMap<>(), new TreeMap<>(), ""),
        phase,
        new AlertTimes(START, null, START, START),
        new AlertEpisode("e", START, 1),
        null,
        new TreeSet<>(),
        null);
  }

  private static AlertGroup group() {
    return new AlertGroup(
        "g",
        "{}",
        new TreeMap<>(),
        new AlertGroup.Schedule(null, START, null),
        new AlertGroup.History(0, null, null, 0, 0, List.of()));
  }
}
