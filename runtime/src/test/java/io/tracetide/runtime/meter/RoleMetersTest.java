package io.tracetide.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.runtime.health.Health;
import io.tracetide.runtime.http.Listener;
import io.tracetide.runtime.http.ListenerConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoleMetersTest {
  @Test
  void shouldGiveAMeterItsHelpWhereverItIsRegistered() {
    PrometheusMeterRegistry meters =
        RoleMeters.create(Map.of("orders", "Orders taken, by payment"), Map.of());

    meters.counter("orders", "payment", "card").increment();
    meters.counter("orders", "payment", "cash").increment();

    assertThat(meters.scrape()).containsOnlyOnce("# HELP orders_total Orders taken, by payment\n");
  }

  @Test
  void shouldExportMetersThatFollowTheConventions() {
    PrometheusMeterRegistry meters = RoleMeters.create();
    try (Listener listener =
        Listener.start(ListenerConfig.onPort(0), new Health(), meters, routes -> {})) {
      String page = meters.scrape();

      assertThat(page.lines().filter(line -> line.matches("# HELP \\S+\\s*")))
          .as("without HELP")
          .isEmpty();
      assertThat(page)
          .contains("process_cpu_seconds_total ", "system_cpus ", "armeria_server_connections{")
          .doesNotContain("process_cpu_time_ns", "system_cpu_count", "armeria_server_router");
      List<String> series =
          Arrays.stream(page.split("\n", -1)).filter(line -> !line.startsWith("#")).toList();
      assertThat(series).hasSizeLessThan(80);
    }
  }
}
