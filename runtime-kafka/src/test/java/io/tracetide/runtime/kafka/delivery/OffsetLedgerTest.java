package io.tracetide.runtime.kafka.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

  @Test
  void shouldCommitNothingWhenNothingWasRead() {
    assertThat(OffsetLedger.resume(null).due()).isEmpty();
    assertThat(OffsetLedger.resume(new OffsetAndMetadata(7)).due()).isEmpty();
  }

  @Test
  void shouldCommitOnlyUpToTheFirstThatIsNotDone() {
    OffsetLedger ledger = OffsetLedger.resume(null);
    LongStream.range(10, 14).forEach(ledger::begin);
    ledger.complete(11);
    ledger.complete(10);
    ledger.complete(13);

    assertThat(ledger.due()).hasValueSatisfying(o -> assertThat(o.offset()).isEqualTo(12));
  }

  @Test
  void shouldCommitAgainOnlyWhenSomethingChanged() {
    OffsetLedger ledger = OffsetLedger.resume(null);
    ledger.begin(0);
    ledger.complete(0);
    ledger.committed(ledger.due().orElseThrow());

    assertThat(ledger.due()).isEmpty();
    ledger.begin(1);
    assertThat(ledger.due()).isPresent();
  }

  @Test
  void shouldNotRepeatWhatWasDoneBehindOneThatIsNot() {
    OffsetLedger before = OffsetLedger.resume(null);
    LongStream.range(0, 1_000).forEach(before::begin);
    LongStream.range(0, 1_000).filter(o -> o != 3 && o != 500).forEach(before::complete);

    OffsetLedger after = OffsetLedger.resume(before.due().orElseThrow());

    assertThat(LongStream.range(3, 1_002).filter(after::begin))
        .containsExactly(3L, 500L, 1_000L, 1_001L);
  }

  @Test
  void shouldForgetWhatWasDeletedBeforeItWasReadAgain() {
    OffsetLedger before = OffsetLedger.resume(null);
    LongStream.range(0, 10).forEach(before::begin);
    before.complete(5);
    OffsetLedger after = OffsetLedger.resume(before.due().orElseThrow());

    assertThat(after.begin(8)).isTrue();
    after.complete(8);
    assertThat(after.begin(9)).isTrue();
    after.complete(9);

    assertThat(after.due()).contains(new OffsetAndMetadata(10));
  }

  @Test
  void shouldRepeatRatherThanLoseWhenTooMuchIsOpen() {
    OffsetLedger before = OffsetLedger.resume(null);
    LongStream.range(0, 10_000).forEach(before::begin);
    LongStream.range(0, 10_000).filter(o -> o % 2 == 1).forEach(before::complete);
    OffsetAndMetadata due = before.due().orElseThrow();
    assertThat(due.metadata().length()).isLessThan(4_096);

    OffsetLedger after = OffsetLedger.resume(due);
    Set<Long> again = new HashSet<>();
    LongStream.range(0, 10_000).filter(after::begin).forEach(again::add);

    assertThat(again).containsAll(LongStream.range(0, 5_000).map(i -> i * 2).boxed().toList());
    assertThat(again).doesNotContain(1L, 3L, 5L);
  }

  @Test
  void shouldTakeTheOffsetAloneWhenTheMetadataIsOfAnotherKind() {
    for (String metadata : List.of("", "2;a;b", "1;zz", "1;!;0", "1;z;", "hello")) {
      OffsetLedger ledger = OffsetLedger.resume(new OffsetAndMetadata(5, metadata));
      assertThat(ledger.begin(5)).as(metadata).isTrue();
      assertThat(ledger.begin(6)).as(metadata).isTrue();
    }
  }

  /** Crashes anywhere: what is not done is begun again, what is committed as done is not. */
  @Property(tries = 500)
  void shouldLoseNothingAndRepeatOnlyWhatWasNotCommitted(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int records) {
    Random random = new Random(seed);
    OffsetLedger ledger = OffsetLedger.resume(null);
    OffsetAndMetadata committed = null;
    Set<Long> done = new HashSet<>();
    Set<Long> committedDone = new HashSet<>();
    List<Long> begun = new ArrayList<>();
    long next = 0;
    for (int step = 0; step < 2_000; step++) {
      int what = random.nextInt(100);
      if (what < 45 && next < records) {
        long offset = next++;
        boolean taken = ledger.begin(offset);
        assertThat(taken).as("offset %d", offset).isEqualTo(!committedDone.contains(offset));
        if (taken) {
          begun.add(offset);
        }
      } else if (what < 85 && !begun.isEmpty()) {
        long offset = begun.remove(random.nextInt(begun.size()));
        ledger.complete(offset);
        done.add(offset);
      } else if (what < 98) {
        var due = ledger.due();
        if (due.isPresent()) {
          committed = due.get();
          ledger.committed(committed);
          committedDone = new HashSet<>(done);
        }
      } else {
        ledger = OffsetLedger.resume(committed);
        done = new HashSet<>(committedDone);
        begun.clear();
        next = committed == null ? 0 : committed.offset();
        long from = next;
        assertThat(LongStream.range(0, from).allMatch(committedDone::contains)).isTrue();
      }
    }
  }
}
