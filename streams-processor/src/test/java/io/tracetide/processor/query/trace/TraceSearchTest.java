package io.tracetide.processor.query.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.ledger.trace.TraceStep;
import io.tracetide.processor.query.peer.LocalLedgers;
import io.tracetide.processor.query.request.CancellationCheck;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceSearchTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int PARTITIONS = 5;
  private static final TraceRetention RETENTION =
      new TraceRetention(Duration.ofMinutes(5), Duration.ofHours(24));

  private final List<MemoryLedger> partitions =
      IntStream.range(0, PARTITIONS).mapToObj(i -> new MemoryLedger()).toList();
  private long mostBytes = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1_000})
  void shouldListEveryUnchangedTraceOnceWhileOthersComeAndGo(int limit) {
    Random random = new Random(limit);
    TreeSet<String> unchanged = new TreeSet<>();
    for (int i = 0; i < 300; i++) {
      boolean stays = random.nextInt(3) == 0;
      String id = (stays ? "stays-" : "moves-") + random.nextInt(1_000_000);
      partition(random).put(running(id));
      if (stays) {
        unchanged.add(id);
      }
    }

    List<String> listed = new ArrayList<>();
    String cursor = null;
    int pages = 0;
    do {
      TracesAnswer page = list("state=in_flight&limit=" + limit, cursor);
      page.traces().forEach(trace -> listed.add(trace.traceId()));
      assertThat(page.traces()).hasSizeLessThanOrEqualTo(limit);
      cursor = page.cursor();
      churn(random);
      assertThat(++pages).isLessThan(2_000);
    } while (cursor != null);

    assertThat(listed.stream().filter(id -> id.startsWith("stays-")))
        .containsExactlyInAnyOrderElementsOf(unchanged);
  }

  private void churn(Random random) {
    for (int i = 0; i < 5; i++) {
      MemoryLedger partition = partition(random);
      partition.put(running("moves-" + random.nextInt(1_000_000)));
      List<TraceSnapshot> all = partition.all();
      TraceSnapshot one = all.get(random.nextInt(all.size()));
      if (one.traceId().startsWith("moves-")) {
        if (random.nextBoolean()) {
          partition.remove(one.tenant(), one.traceId());
        } else {
          partition.put(
              Traces.running(one.traceId(), "planner", "plan", NOW).completed(NOW).snapshot());
        }
      }
    }
  }

  @Test
  void shouldHaveNoCursorWhenNothingFollows() {
    partitions.get(0).put(running("a"));
    partitions.get(3).put(running("b"));

    assertThat(list("limit=2", null).cursor()).isNull();
    assertThat(list("limit=1", null).cursor()).isNotNull();
    assertThat(list("limit=1&state=stuck", null).traces()).isEmpty();
    assertThat(list("limit=1&state=stuck", null).cursor()).isNull();
  }

  @Test
  void shouldEndAPageWhenEnoughHasBeenReadAndGoOnFromThere() {
    Endless endless = new Endless(120_000);
    TraceSearch search =
        new TraceSearch(
            LocalLedgers.view(List.of(endless)), mostBytes, RETENTION, TraceListQueryTest.SEAL);

    TracesAnswer first = list(search, "service=rare", null);
    TracesAnswer second = list(search, "service=rare", first.cursor());
    TracesAnswer third = list(search, "service=rare", second.cursor());

    assertThat(first.traces()).isEmpty();
    assertThat(first.partial()).isFalse();
    assertThat(third.traces()).extracting(TracesAnswer.Trace::traceId).containsExactly("119999");
    assertThat(third.cursor()).isNull();
    assertThat(endless.read).isLessThan(120_010);
  }

  @Test
  void shouldFindNothingAfterAForgedPosition() {
    TraceSearch search =
        new TraceSearch(
            LocalLedgers.view(List.of(new Endless(10))),
            mostBytes,
            RETENTION,
            TraceListQueryTest.SEAL);
    ScanPosition forged = new ScanPosition(0, Optional.of(Bytes.wrap(new byte[] {1})));
    ScanPosition beyond = ScanPosition.beginning(1_000);

    for (ScanPosition place : List.of(forged, beyond)) {
      String cursor =
          TraceCursor.of(place, TraceListQueryTest.parse("").identity(), TraceListQueryTest.SEAL);
      TracesAnswer answer = list(search, "", cursor);
      assertThat(answer.traces()).isEmpty();
      assertThat(answer.cursor()).isNull();
    }
  }

  @Test
  void shouldBoundWhatAPageWeighs() {
    mostBytes = 100_000;
    Map<String, String> heavy = Map.of("text", "x".repeat(10_000));
    for (int i = 0; i < 10; i++) {
      partitions
          .get(i % PARTITIONS)
          .put(
              Traces.running("t" + i, "planner", "plan", NOW)
                  .step(NOW, TraceStep.Kind.EVENT, "", "e", heavy)
                  .snapshot());
    }

    List<String> listed = new ArrayList<>();
    String cursor = null;
    do {
      TracesAnswer page = list("events=true", cursor);
      assertThat(page.traces()).as("its limit, and one trace").hasSizeBetween(1, 4);
      page.traces().forEach(trace -> listed.add(trace.traceId()));
      cursor = page.cursor();
    } while (cursor != null);

    assertThat(listed).hasSize(10).doesNotHaveDuplicates();
    assertThat(list("", null).traces()).as("without events").hasSize(10);
  }

  @Test
  void shouldShowATraceThatIsTooHeavyWithoutItsEvents() {
    mostBytes = 10_000;
    Map<String, String> heavy = Map.of("text", "x".repeat(10_000));
    partitions
        .get(0)
        .put(
            Traces.running("t", "planner", "plan", NOW)
                .step(NOW, TraceStep.Kind.EVENT, "", "e", heavy)
                .snapshot());

    TracesAnswer.Trace trace = list("events=true", null).traces().get(0);

    assertThat(trace.events()).isEmpty();
    assertThat(trace.eventsDropped()).isEqualTo(1);
  }

  private static TraceSnapshot running(String id) {
    return Traces.running(id, "planner", "plan", NOW).snapshot();
  }

  private MemoryLedger partition(Random random) {
    return partitions.get(random.nextInt(PARTITIONS));
  }

  private TracesAnswer list(String query, @Nullable String cursor) {
    TraceSearch search =
        new TraceSearch(
            LocalLedgers.view(partitions), mostBytes, RETENTION, TraceListQueryTest.SEAL);
    return list(search, query, cursor);
  }

  private static TracesAnswer list(TraceSearch search, String query, @Nullable String cursor) {
    String whole = cursor == null ? query : query + "&cursor=" + cursor;
    return search.list(TraceListQueryTest.parse(whole), CancellationCheck.endless());
  }

  /** Many traces, of which the last one is rare. */
  private static final class Endless implements LedgerPartition {
    private final int traces;
    private int read;

    Endless(int traces) {
      this.traces = traces;
    }

    @Override
    public @Nullable TraceSnapshot find(String tenant, String traceId) {
      return null;
    }

    @Override
    public void scan(Set<String> states, byte @Nullable [] after, Reader reader) {
      int from =
          Optional.ofNullable(after).map(bytes -> ByteBuffer.wrap(bytes).getInt()).orElse(-1);
      for (int i = from + 1; i < traces; i++) {
        read++;
        TraceSnapshot trace =
            Traces.running("" + i, i == traces - 1 ? "rare" : "common", "plan", NOW).snapshot();
        if (!reader.read(trace, ByteBuffer.allocate(4).putInt(i).array())) {
          return;
        }
      }
    }

    @Override
    public void counts(CountReader reader) {
      reader.read("default", "common", traces, 0);
    }
  }
}
