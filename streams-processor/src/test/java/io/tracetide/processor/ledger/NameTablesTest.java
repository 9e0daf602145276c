package io.tracetide.processor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.tracetide.processor.bytes.GenerationSet64;
import io.tracetide.processor.ledger.follow.OpenTable;
import io.tracetide.processor.ledger.recent.RecentTraces;
import io.tracetide.processor.ledger.recent.RememberedSpans;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NameTablesTest {

  @Test
  void shouldFollowExactlyWhatWasAddedAndNotRemoved() {
    OpenTable table = new OpenTable();
    Map<Long, Integer> truth = new HashMap<>();
    Random random = new Random(2);
    for (int i = 0; i < 200_000; i++) {
      long name = random.nextInt(5_000) * 0x100000001L; // Many share a place.
      if (random.nextInt(3) == 0) {
        table.remove(name);
        truth.remove(name);
      } else {
        table.add(name);
        table.setTick(name, i);
        truth.put(name, i);
      }
    }

    assertThat(table.size()).isEqualTo(truth.size());
    for (long name = 0; name < 5_000; name++) {
      long key = name * 0x100000001L;
      assertThat(table.contains(key)).isEqualTo(truth.containsKey(key));
      assertThat(table.tick(key)).isEqualTo(truth.getOrDefault(key, OpenTable.NEVER));
    }
  }

  @Test
  void shouldRememberForOneWindowAndForgetAfterTwo() {
    MemoryStorage storage = new MemoryStorage();
    RememberedSpans spans = new RememberedSpans(1_000, 1_000, journal(storage), 0);
    assertThat(spans.add(7)).isTrue();
    assertThat(spans.add(7)).isFalse();
    spans.commit(500);
    spans.commit(1_000);
    assertThat(spans.add(7)).isFalse();
    spans.commit(2_000);

    assertThat(spans.add(7)).isTrue();
    assertThat(storage.names).isEmpty();
  }

  @Test
  void shouldRememberOverARestart() {
    MemoryStorage storage = new MemoryStorage();
    RememberedSpans before = remembered(storage, 100_000);
    for (long name = 1; name <= 60_000; name++) {
      before.add(name);
      if (name % 20_000 == 0) {
        before.commit(name);
      }
    }

    RememberedSpans after = remembered(storage, 100_000);
    storage.readNames(
        (key, names) -> {
          after.restore(key, names);
          return true;
        });

    for (long name = 1; name <= 60_000; name++) {
      assertThat(after.contains(name)).isTrue();
    }
  }

  private static RememberedSpans remembered(MemoryStorage storage, int most) {
    return new RememberedSpans(1_000_000_000, most, journal(storage), 0);
  }

  private static RememberedSpans.Journal journal(MemoryStorage storage) {
    return new RememberedSpans.Journal() {
      @Override
      public void append(byte[] key, byte[] names) {
        storage.appendNames(key, names);
      }

      @Override
      public void drop(byte[] key) {
        storage.dropNames(key);
      }
    };
  }

  @Test
  void shouldKnowTheNewestTracesInBoundedMemory() {
    RecentTraces recent = new RecentTraces(1_000, 1 << 17, 60_000);
    Random random = new Random(9);
    Map<Long, List<String>> truth = new HashMap<>();
    List<Long> order = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      long name = random.nextInt(400);
      byte[] bytes = (i + "x".repeat(random.nextInt(300))).getBytes(UTF_8);
      recent.add(name, bytes, 0, bytes.length, false, i);
      truth.computeIfAbsent(name, n -> new ArrayList<>()).add(0, new String(bytes, UTF_8));
      order.add(name);
    }

    int found = 0;
    for (Map.Entry<Long, List<String>> trace : truth.entrySet()) {
      List<String> entries =
          recent.of(trace.getKey()).stream()
              .map(entry -> new String(entry.bytes(), UTF_8))
              .toList();
      assertThat(entries).isEqualTo(trace.getValue().subList(0, entries.size()));
      found += entries.size();
    }
    assertThat(found).isEqualTo(recent.size()).isBetween(700, 1_000);

    recent.expire(20_000 - 1 + 60_000);
    assertThat(recent.size()).isEqualTo(1);
    assertThat(recent.of(order.get(order.size() - 1))).hasSize(1);
  }

  @Test
  void shouldHaveTheHashesOfTwoGenerations() {
    GenerationSet64 spans = new GenerationSet64();
    Set<Long> old = new HashSet<>();
    Set<Long> young = new HashSet<>();
    Random random = new Random(3);
    for (int round = 0; round < 12; round++) {
      int count = round % 4 == 3 ? 10 : random.nextInt(20_000);
      for (int i = 0; i < count; i++) {
        // Many share a slot, at both ends of the table as well.
        long hash = random.nextInt(30_000) * 0x100000001L;
        boolean isNew = !old.contains(hash) && young.add(hash);
        if (spans.add(hash) != isNew) {
          fail("hash %d, new: %s", hash, isNew);
        }
      }
      assertThat(spans.size()).isEqualTo(old.size() + young.size());
      assertThat(spans.youngSize()).isEqualTo(young.size());

      spans.nextGeneration();
      old = young;
      young = new HashSet<>();
      assertThat(
              LongStream.range(0, 30_000)
                  .map(i -> i * 0x100000001L)
                  .filter(spans::contains)
                  .boxed())
          .containsExactlyInAnyOrderElementsOf(old);
    }
  }

  @Test
  void shouldFindRecentTracesWhateverTheirHashes() {
    RecentTraces recent = new RecentTraces(700, 1 << 20, 60_000);
    Deque<Long> newest = new ArrayDeque<>();
    Random random = new Random(5);
    for (int i = 0; i < 10_000; i++) {
      // Zero, negative ones, and many in one bucket.
      long hash = (random.nextInt(900) - 450) * 0x10000000100000L;
      boolean whole = random.nextInt(20) == 0;
      recent.add(hash, new byte[] {(byte) i}, 0, 1, whole, i);
      newest.addLast(2 * hash + (whole ? 1 : 0));
      if (newest.size() > 700) {
        newest.removeFirst();
      }
      if (i % 500 == 0) {
        shouldHave(recent, newest);
      }
    }
  }

  private static void shouldHave(RecentTraces recent, Deque<Long> newest) {
    Map<Long, Integer> entries = new HashMap<>();
    Map<Long, Boolean> whole = new HashMap<>();
    for (long entry : newest) {
      long hash = entry >> 1;
      whole.put(hash, (entry & 1) != 0);
      entries.merge(hash, 1, (count, one) -> (entry & 1) != 0 ? 1 : count + one);
    }
    for (long i = -450; i < 450; i++) {
      long hash = i * 0x10000000100000L;
      assertThat(recent.of(hash)).hasSize(entries.getOrDefault(hash, 0));
      assertThat(recent.contains(hash)).isEqualTo(entries.containsKey(hash));
      assertThat(recent.isFollowed(hash)).isEqualTo(whole.getOrDefault(hash, false));
    }
    assertThat(recent.headsAfter(-1, 10_000)).hasSize(entries.size()).isSorted();
  }

  @Test
  void shouldHoldEventsThatAreAddedTogetherAsIfOneByOne() {
    RecentTraces together = new RecentTraces(300, 1 << 16, 60_000);
    RecentTraces oneByOne = new RecentTraces(300, 1 << 16, 60_000);
    Random random = new Random(4);
    for (int i = 0; i < 2_000; i++) {
      long name = random.nextInt(100);
      byte[] bytes = (i + "x".repeat(600)).getBytes(UTF_8);
      int[] ends = {random.nextInt(300), 300 + random.nextInt(200), 500 + random.nextInt(100), 7};
      together.add(name, bytes, ends, 3, i);
      for (int part = 0, start = 0; part < 3; start = ends[part++]) {
        oneByOne.add(name, bytes, start, ends[part] - start, false, i);
      }

      assertThat(texts(together, name)).isEqualTo(texts(oneByOne, name)).isNotEmpty();
    }
    assertThat(together.size()).isEqualTo(oneByOne.size());
  }

  private static List<String> texts(RecentTraces recent, long name) {
    return recent.of(name).stream().map(entry -> new String(entry.bytes(), UTF_8)).toList();
  }

  @Test
  void shouldReturnFollowedTracesToBothThreads() {
    RecentTraces recent = new RecentTraces(100, 1 << 16, 60_000);
    byte[] bytes = {1, 2, 3};
    recent.add(1, bytes, 0, 3, true, 0);
    recent.add(2, bytes, 0, 3, false, 0);

    for (long name = 1; name <= 3; name++) {
      assertThat(recent.isFollowed(name)).isEqualTo(name == 1);
      assertThat(recent.hasFollowed(name)).isEqualTo(name == 1);
      assertThat(recent.contains(name)).isEqualTo(name <= 2);
    }
  }
}
