package io.tracetide.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Instant BEGINNING = Instant.parse("2026-01-05T10:00:00Z");

  private static List<Fault> announced(long seed, Duration length) {
    FaultPlan plan = new FaultPlan(seed);
    plan.begin(BEGINNING);
    List<Fault> faults = new ArrayList<>();
    for (long s = 0; s <= length.toSeconds(); s++) {
      plan.toAnnounce(BEGINNING.plusSeconds(s)).ifPresent(faults::add);
    }
    return faults;
  }

  @Test
  void shouldLeaveEverythingAloneBeforeItBegins() {
    FaultPlan plan = new FaultPlan(1);

    assertThat(plan.toAnnounce(BEGINNING)).isEmpty();
    assertThat(DemoFleet.SLOWABLE).allMatch(o -> plan.factor(o, BEGINNING) == 1);
    assertThat(DemoFleet.BREAKABLE).allMatch(s -> plan.errorRate(s, BEGINNING) < 0.01);
  }

  @Test
  void shouldSlowOneServiceDownAndBreakAnotherSoonAfterItBegins() {
    for (long seed = 0; seed < 50; seed++) {
      List<Fault> first = announced(seed, Duration.ofMinutes(2));

      assertThat(first).hasSize(2);
      Fault.Slowdown slowdown = (Fault.Slowdown) first.get(0);
      Fault.ErrorBurst burst = (Fault.ErrorBurst) first.get(1);
      assertThat(slowdown.from()).isEqualTo(BEGINNING.plusSeconds(25));
      assertThat(slowdown.until()).isEqualTo(BEGINNING.plusSeconds(85));
      assertThat(burst.from()).isEqualTo(BEGINNING.plusSeconds(45));
      assertThat(burst.until()).isEqualTo(BEGINNING.plusSeconds(105));
      assertThat(burst.service()).isNotEqualTo(slowdown.operation().service());
    }
  }

  @Test
  void shouldStrikeAgainEveryFewMinutes() {
    List<Fault> faults = announced(3, Duration.ofHours(1));

    assertThat(faults).hasSizeBetween(11, 19);
    for (int i = 2; i < faults.size(); i++) {
      assertThat(Duration.between(faults.get(i - 1).until(), faults.get(i).from()))
          .isBetween(FaultPlan.SHORTEST_REST, FaultPlan.LONGEST_REST);
    }
    assertThat(faults).hasAtLeastOneElementOfType(Fault.Slowdown.class);
    assertThat(faults).hasAtLeastOneElementOfType(Fault.ErrorBurst.class);
  }

  @Test
  void shouldPlanTheSameFaultsForTheSameSeed() {
    assertThat(announced(3, Duration.ofHours(1)))
        .isEqualTo(announced(3, Duration.ofHours(1)))
        .isNotEqualTo(announced(4, Duration.ofHours(1)));
  }

  @Test
  void shouldApplyAFaultForAsLongAsItSays() {
    FaultPlan plan = new FaultPlan(3);
    plan.begin(BEGINNING);
    Operation slow = ((Fault.Slowdown) announced(3, Duration.ofMinutes(2)).get(0)).operation();

    assertThat(plan.factor(slow, BEGINNING.plusSeconds(24))).isEqualTo(1);
    assertThat(plan.factor(slow, BEGINNING.plusSeconds(25))).isEqualTo(5);
    assertThat(plan.factor(slow, BEGINNING.plusSeconds(84))).isEqualTo(5);
    assertThat(plan.factor(slow, BEGINNING.plusSeconds(85))).isEqualTo(1);
  }
}
