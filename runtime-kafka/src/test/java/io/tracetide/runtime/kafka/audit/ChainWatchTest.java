package io.tracetide.runtime.kafka.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainBreak;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ChainWatchTest {
  private static final Clock CLOCK = Clock.fixed(MemoryTrail.NOON, ZoneOffset.UTC);

  private final MemoryTrail trail = new MemoryTrail(2);

  private ChainWatch start() {
    return ChainWatch.start(trail::consumer, trail.registry, CLOCK);
  }

  private static ChainReport await(ChainWatch watch, Predicate<ChainReport> wanted)
      throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      ChainReport report = watch.report();
      if (wanted.test(report)) {
        return report;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("not within 20 s: " + watch.report());
  }

  @Test
  void shouldVerifyEachRecordOnceAndThoseThatAreAddedLater() throws Exception {
    for (int i = 0; i < 250; i++) {
      trail.add(i % 2, MemoryTrail.NOON, "a", "s" + i);
    }
    try (ChainWatch watch = start()) {
      ChainReport report = await(watch, found -> found.records() == 250);
      assertThat(report.checkedAt()).contains(MemoryTrail.NOON);
      assertThat(report.broken()).isZero();
      assertThat(report.partitions()).hasSize(2);

      trail.add(1, MemoryTrail.NOON, "a", "later");
      await(watch, found -> found.records() == 251);
      assertThat(trail.read.get()).isEqualTo(251);
    }
  }

  @Test
  void shouldNameTheFirstRecordThatWasChanged() throws Exception {
    for (int i = 0; i < 20; i++) {
      trail.add(0, MemoryTrail.NOON, "a", "s" + i);
    }
    trail.replace(0, 7, AuditRecord.newBuilder(trail.record(0, 7)).setActor("nobody").build());
    try (ChainWatch watch = start()) {
      ChainReport report = await(watch, found -> found.broken() == 1);

      ChainBreak broken = report.partitions().get(0).chain().broken().orElseThrow();
      assertThat(broken.sequence()).isEqualTo(7);
      assertThat(broken.fault()).isEqualTo(ChainBreak.Fault.HASH);
      assertThat(report.partitions().get(1).chain().broken()).isEmpty();
    }
  }

  @Test
  void shouldContinueWhereItWasAfterAFailure() throws Exception {
    for (int i = 0; i < 150; i++) {
      trail.add(0, MemoryTrail.NOON, "a", "s" + i);
    }
    try (ChainWatch watch = start()) {
      await(watch, found -> found.records() == 150);
      trail.down = true;
      ChainReport down = await(watch, found -> found.trouble().isPresent());
      assertThat(down.records()).isEqualTo(150);
      assertThat(down.trouble()).contains("Kafka is down");
      trail.down = false;
      trail.add(0, MemoryTrail.NOON, "a", "after");

      ChainReport up = await(watch, found -> found.records() == 151);
      assertThat(up.trouble()).isEmpty();
      assertThat(up.broken()).isZero();
      assertThat(trail.read.get()).isEqualTo(151);
    }
  }
}
