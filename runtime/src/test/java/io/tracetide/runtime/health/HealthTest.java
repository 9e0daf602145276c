package io.tracetide.runtime.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final Health health = new Health();

  @Test
  void shouldBeUpWithoutChecks() {
    assertThat(health.report().isUp()).isTrue();
  }

  @Test
  void shouldListFailedChecksInOrderOfRegistration() {
    health.register("streams", () -> HealthStatus.down("rebalancing"));
    health.register("kafka", HealthStatus::up);
    health.register("registry", () -> HealthStatus.down("no answer"));

    HealthReport report = health.report();

    assertThat(report.isUp()).isFalse();
    assertThat(report.down()).containsExactly("streams", "registry");
    assertThat(report.checks().keySet()).containsExactly("streams", "kafka", "registry");
  }

  @Test
  void shouldReportACheckThatThrowsAsDownWithoutTheCause() {
    health.register(
        "broken",
        () -> {
          throw new IllegalStateException("hunter2, expected by the test");
        });

    HealthReport report = health.report();

    assertThat(report.down()).containsExactly("broken");
    assertThat(report.toString()).doesNotContain("hunter2", "Exception");
  }

  @Test
  void shouldRunChecksForEachReport() {
    AtomicInteger asked = new AtomicInteger();
    health.register(
        "count",
        () -> asked.incrementAndGet() == 1 ? HealthStatus.down("first") : HealthStatus.up());

    assertThat(health.report().isUp()).isFalse();
    assertThat(health.report().isUp()).isTrue();
    assertThat(asked).hasValue(2);
  }

  @Test
  void shouldRefuseTwoChecksOfOneName() {
    health.register("kafka", HealthStatus::up);

    assertThatThrownBy(() -> health.register("kafka", HealthStatus::up))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("kafka");
  }
}
