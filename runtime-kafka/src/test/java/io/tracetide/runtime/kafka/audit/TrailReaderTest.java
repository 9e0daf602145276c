package io.tracetide.runtime.kafka.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.AuditRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class TrailReaderTest {
  private static final Instant LATEST = Instant.parse("2500-01-01T00:00:00Z");

  private final MemoryTrail trail = new MemoryTrail(3);
  private final TrailReader reader = new TrailReader(trail::consumer, trail.registry);

  private TrailPage page(Map<Integer, Long> before, Predicate<AuditRecord> filter, int limit) {
    return reader.page(new TrailRequest(Instant.EPOCH, LATEST, before, filter, limit, () -> false));
  }

  /** Adds entries a second apart, one partition after the other. */
  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      trail.add(i % 3, MemoryTrail.NOON.plusSeconds(i), i % 2 == 0 ? "a" : "b", "s" + i);
    }
  }

  private static List<String> subjects(TrailPage page) {
    return page.entries().stream().map(entry -> entry.record().getSubject()).toList();
  }

  @Test
  void shouldListTheNewestOfAllPartitionsFirst() {
    fill(2_000);

    TrailPage page = page(Map.of(), record -> true, 4);

    assertThat(subjects(page)).containsExactly("s1999", "s1998", "s1997", "s1996");
    assertThat(page.before()).hasSize(3);
    assertThat(page.scanned()).isLessThanOrEqualTo(1_500);
  }

  @Test
  void shouldListEachEntryOnceOverAllPagesAlsoWhenNewOnesAreAdded() {
    fill(1_700);
    List<String> found = new ArrayList<>();
    Map<Integer, Long> before = Map.of();
    do {
      TrailPage page = page(before, record -> record.getTenantId().equals("a"), 97);
      found.addAll(subjects(page));
      before = page.before();
      trail.add(0, MemoryTrail.NOON.plusSeconds(5_000), "a", "new");
    } while (!before.isEmpty());

    assertThat(found)
        .hasSize(850)
        .doesNotHaveDuplicates()
        .doesNotContain("new")
        .isSortedAccordingTo(
            Comparator.comparingInt((String subject) -> Integer.parseInt(subject.substring(1)))
                .reversed());
  }

  @Test
  void shouldReadOnlyTheRangeOfTime() {
    fill(9_000);

    TrailPage page =
        reader.page(
            new TrailRequest(
                MemoryTrail.NOON.plusSeconds(6_000),
                MemoryTrail.NOON.plusSeconds(6_003),
                Map.of(),
                record -> true,
                100,
                () -> false));

    assertThat(subjects(page)).containsExactly("s6002", "s6001", "s6000");
    assertThat(page.before()).isEmpty();
    assertThat(page.scanned()).isLessThan(100);
  }

  @Test
  void shouldEndAPageAtTheLimitOfRecordsToReadAndContinueAtTheNext() {
    MemoryTrail large = new MemoryTrail(1);
    AuditRecord one = one();
    for (int i = 0; i < 60_000; i++) {
      large.put(0, MemoryTrail.NOON.plusSeconds(i), one);
    }
    try (TrailReader of = new TrailReader(large::consumer, large.registry)) {
      Predicate<AuditRecord> none = record -> false;
      TrailPage first =
          of.page(new TrailRequest(Instant.EPOCH, LATEST, Map.of(), none, 10, () -> false));
      TrailPage second =
          of.page(new TrailRequest(Instant.EPOCH, LATEST, first.before(), none, 10, () -> false));

      assertThat(first.entries()).isEmpty();
      assertThat(first.before()).isNotEmpty();
      assertThat(first.scanned()).isBetween(500L, 50_000L);
      assertThat(second.scanned()).isGreaterThanOrEqualTo(500);
      assertThat(second.before().getOrDefault(0, 0L)).isLessThan(first.before().get(0));
    }
  }

  private AuditRecord one() {
    trail.add(0, MemoryTrail.NOON, "a", "s");
    return trail.record(0, 0);
  }

  @Test
  void shouldCountARecordThatCannotBeReadAndGoOn() {
    fill(9);
    trail.putBytes(1, MemoryTrail.NOON.plusSeconds(20), new byte[] {1, 2, 3});

    TrailPage page = page(Map.of(), record -> true, 100);

    assertThat(page.entries()).hasSize(9);
    assertThat(page.unreadable()).isEqualTo(1);
  }

  @Test
  void shouldConnectAgainAfterAFailure() {
    fill(3);
    page(Map.of(), record -> true, 1);
    trail.down = true;
    assertThatThrownBy(() -> page(Map.of(), record -> true, 1)).isInstanceOf(KafkaException.class);
    trail.down = false;

    assertThat(subjects(page(Map.of(), record -> true, 1))).containsExactly("s2");
  }
}
