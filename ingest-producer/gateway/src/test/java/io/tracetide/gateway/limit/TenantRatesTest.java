package io.tracetide.gateway.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tracetide.runtime.config.ConfigException;
import io.tracetide.runtime.config.ConfigReader;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TenantRatesTest {
  record Root(RatesConfig rates) {}

  private final AtomicLong nanos = new AtomicLong(17);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private TenantRates rates(String yaml) {
    RatesConfig config =
        ConfigReader.parse("rates: {" + yaml + "}", new Root(RatesConfig.unlimited()), Map.of())
            .rates();
    return new TenantRates(config, meters, nanos::get);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void shouldNotLimitByDefault() {
    TenantRates rates = rates("");

    for (int i = 0; i < 1_000; i++) {
      assertThat(rates.tryTake("a", 1_000_000, 1L << 40)).isEmpty();
    }
  }

  @Test
  void shouldGrantTheRequestAfterTheReturnedWait() {
    TenantRates rates = rates("eachTenant: {eventsPerSecond: 100, burst: 2s}");

    assertThat(rates.tryTake("a", 150, 0)).isEmpty();
    assertThat(rates.tryTake("a", 100, 0)).contains(Duration.ofMillis(500));
    assertThat(rates.tryTake("b", 200, 0)).isEmpty();

    pass(Duration.ofMillis(499));
    assertThat(rates.tryTake("a", 100, 0)).isPresent();
    pass(Duration.ofMillis(1));
    assertThat(rates.tryTake("a", 100, 0)).isEmpty();
    assertThat(meters.get("tracetide.gateway.tenant.limited").tag("tenant", "a").counter().count())
        .isEqualTo(200);
  }

  @Test
  void shouldTakeNothingWhenEventsOrBytesAreExceeded() {
    TenantRates rates = rates("eachTenant: {eventsPerSecond: 10, bytesPerSecond: 1000, burst: 1s}");

    assertThat(rates.tryTake("a", 1, 900)).isEmpty();
    assertThat(rates.tryTake("a", 1, 300)).contains(Duration.ofMillis(200));
    assertThat(rates.tryTake("a", 9, 0)).isEmpty();
    assertThat(rates.tryTake("a", 1, 0)).contains(Duration.ofMillis(100));
  }

  @Test
  void shouldServeALargeRequestWhenTheBucketIsFullAndThenWaitForIt() {
    TenantRates rates = rates("eachTenant: {eventsPerSecond: 10, burst: 1s}");

    assertThat(rates.tryTake("a", 50, 0)).isEmpty();
    assertThat(rates.tryTake("a", 1, 0)).contains(Duration.ofMillis(4_100));
    pass(Duration.ofMillis(4_100));
    assertThat(rates.tryTake("a", 1, 0)).isEmpty();
  }

  @Test
  void shouldGiveNamedTenantsTheirOwnRates() {
    TenantRates rates =
        rates(
            "eachTenant: {eventsPerSecond: 1, burst: 1s},"
                + " tenants: {big: {eventsPerSecond: 1000, bytesPerSecond: 0, burst: 1s},"
                + " free: {eventsPerSecond: 0, bytesPerSecond: 0, burst: 1s}}");

    assertThat(rates.tryTake("small", 1, 0)).isEmpty();
    assertThat(rates.tryTake("small", 1, 0)).isPresent();
    assertThat(rates.tryTake("big", 1_000, 0)).isEmpty();
    assertThat(rates.tryTake("big", 1, 0)).isPresent();
    assertThat(rates.tryTake("free", 1_000_000, 0)).isEmpty();
  }

  /** In any interval, at most the rate and one burst are accepted, and nearly as much. */
  @Test
  void shouldHoldTheSustainedRate() {
    Random random = new Random(3);
    TenantRates rates = rates("eachTenant: {eventsPerSecond: 500, burst: 2s}");
    long taken = 0;
    double seconds = 0;
    for (int i = 0; i < 100_000; i++) {
      int records = 1 + random.nextInt(400);
      Optional<Duration> wait = rates.tryTake("a", records, 0);
      if (wait.isEmpty()) {
        taken += records;
      } else if (random.nextBoolean()) {
        pass(wait.get());
        seconds += wait.get().toNanos() / 1e9;
        assertThat(rates.tryTake("a", records, 0)).isEmpty();
        taken += records;
      }
      pass(Duration.ofMillis(10));
      seconds += 0.01;
    }

    assertThat((double) taken).isLessThanOrEqualTo(500 * seconds + 1_000 + 400);
    assertThat((double) taken).isGreaterThan(0.95 * 500 * seconds);
  }

  @Test
  void shouldCountManyTenantsUnderOneName() {
    TenantRates rates = rates("eachTenant: {eventsPerSecond: 1, burst: 1s}");
    for (int i = 0; i < 300; i++) {
      assertThat(rates.tryTake("t" + i, 1, 0)).isEmpty();
      assertThat(rates.tryTake("t" + i, 1, 0)).isPresent();
    }

    assertThat(meters.find("tracetide.gateway.tenant.limited").counters()).hasSize(101);
    assertThat(
            meters
                .get("tracetide.gateway.tenant.limited")
                .tag("tenant", "__other__")
                .counter()
                .count())
        .isEqualTo(200);
  }

  @Test
  void shouldRefuseRatesThatCannotBe() {
    assertThatThrownBy(() -> rates("eachTenant: {eventsPerSecond: -1}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rates.eachTenant.eventsPerSecond");
    assertThatThrownBy(() -> rates("eachTenant: {burst: 1ms}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rates.eachTenant.burst");
  }
}
