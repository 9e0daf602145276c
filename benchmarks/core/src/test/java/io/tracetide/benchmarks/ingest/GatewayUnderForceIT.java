package io.tracetide.benchmarks.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.benchmarks.platform.BenchPlatform;
import io.tracetide.benchmarks.process.ServerProcess;
import io.tracetide.runtime.life.Closers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a process of its own: killed, and offered more than it can take. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayUnderForceIT {

  private final Closers closers = new Closers();
  private BenchPlatform platform;
  private ServerProcess gateway;

  @BeforeAll
  void start(@TempDir Path directory) throws InterruptedException {
    platform = BenchPlatform.start(directory, 4, closers);
    gateway = closers.add("gateway", new Gateways(platform, "256m", List.of()).start("gateway"));
  }

  @AfterAll
  void stop() {
    closers.close();
  }

  @Test
  void shouldStoreEveryAcknowledgedSpanDespiteKills() throws InterruptedException {
    GatewayChaos.Plan plan =
        new GatewayChaos.Plan(2, 2, 2_000, Duration.ofMillis(500), Duration.ofMillis(2_500), 1);
    List<String> kills = new ArrayList<>();

    GatewayChaos.Outcome outcome =
        new GatewayChaos(platform, Clock.systemUTC(), plan).run(gateway, kills::add);

    assertThat(kills).hasSize(4);
    assertThat(outcome.retries()).isPositive();
    assertThat(outcome.balance().missing()).isZero();
    assertThat(outcome.balance().acknowledged())
        .isEqualTo(outcome.balance().sent())
        .isGreaterThan(5_000);
  }

  @Test
  void shouldRefuseRequestsUnderOverload() throws InterruptedException {
    Overload.Plan plan =
        new Overload.Plan(4, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(6));

    Overload.Outcome outcome = new Overload(platform, Clock.systemUTC(), plan).run(gateway);

    assertThat(outcome.unanswered()).as(outcome.outcomes().toString()).isZero();
    assertThat(outcome.outcomes().keySet()).isSubsetOf("HTTP 200", "HTTP 503");
    assertThat(outcome.accepted()).isPositive().isLessThanOrEqualTo(outcome.stored());
    assertThat(outcome.accepted() + outcome.refused()).isEqualTo(outcome.requests() * 512);
  }
}
