package io.tracetide.gateway.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.gateway.limit.TenantRates;
import io.tracetide.gateway.record.InFlight;
import io.tracetide.gateway.record.RequestRefusal;
import io.tracetide.runtime.meter.RoleMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MeterTableTest {
  /** The maximum of a timer has no row of its own. */
  private static final Pattern HELP =
      Pattern.compile("# HELP (tracetide_\\S+(?<!_seconds_max)) (.*)");

  private final PrometheusMeterRegistry meters =
      RoleMeters.create(GatewayMetrics.HELP, TenantRates.HELP);

  @Test
  void shouldListEveryMeterInTheReadme() throws IOException {
    GatewayMetrics gateway = new GatewayMetrics(meters, new InFlight(1), List.of("email"));
    gateway.answered("otlp", 200);
    gateway.bytesReceived("otlp", 1);
    gateway.received("otlp", 1);
    gateway.accepted("otlp", 1);
    gateway.refused("otlp", RequestRefusal.values()[0], 1);
    meters.counter("tracetide.gateway.tenant.limited", "tenant", "acme").increment();

    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `tracetide_"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(documented).containsExactlyElementsOf(rows(meters.scrape()));
  }

  /** The exported meters, one row of the README each. */
  private static List<String> rows(String page) {
    List<String> rows = new ArrayList<>();
    Matcher help = HELP.matcher(page);
    while (help.find()) {
      assertThat(help.group(2)).as(help.group(1)).isNotBlank();
      rows.add("| `%s` | %s |".formatted(help.group(1), help.group(2)));
    }
    Collections.sort(rows);
    return rows;
  }
}
