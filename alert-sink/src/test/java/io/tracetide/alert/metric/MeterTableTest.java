package io.tracetide.alert.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.runtime.meter.RoleMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MeterTableTest {
  /** The highest value of a timer is exported beside it, and means the same. */
  private static final Pattern HELP =
      Pattern.compile("# HELP ((?:tracetide|alertmanager)_\\S+(?<!_seconds_max)) (.*)");

  private final PrometheusMeterRegistry meters = RoleMeters.create(SinkMetrics.HELP);

  @Test
  void shouldListEveryMeterWithItsMeaningInTheReadme() throws IOException {
    SinkMetrics sink = new SinkMetrics(meters);
    sink.received();
    sink.decided(TimeUnit.SECONDS);
    sink.poison("anomalies", "malformed");
    sink.dropped("unreadable", "anomalies");
    meters.counter("tracetide.sink.tasks.restored.damaged"); // As SupervisedStreams registers it.
    sink.notification("log", TimeUnit.SECONDS);
    sink.attempt("log", "log", SinkMetrics.DELIVERED, Duration.ofMillis(1));
    sink.begun("log", 1);
    sink.failed("log", "other", 1);
    sink.externalAlert(true);
    sink.states(Map.of("active", 1L), Map.of("active", 1L));
    sink.members(1);
    sink.summary("log", 2);
    sink.templateFailed("log");
    sink.outcome("log", "log", TimeUnit.SECONDS);
    sink.delivered("log", Duration.ofMillis(1));
    sink.pending("log", () -> 0);
    sink.reload(TimeUnit.SECONDS);
    sink.lastReload(() -> true, () -> Instant.EPOCH);

    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.matches("\\| `(tracetide|alertmanager)_.*"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(documented).containsExactlyElementsOf(rows(meters.scrape()));
  }

  @Test
  void shouldExportTheCountersOfAChannelBeforeTheFirstFailure() {
    new SinkMetrics(meters).channel("slack", FailureReason.categories());

    assertThat(meters.scrape())
        .contains(
            "alertmanager_notifications_total{integration=\"slack\"} 0.0",
            "alertmanager_notifications_failed_total{integration=\"slack\",reason=\"clientError\"}"
                + " 0.0",
            "alertmanager_notifications_failed_total{integration=\"slack\",reason=\"other\"} 0.0");
  }

  @Test
  void shouldNotMeasureImplausibleDelays() {
    SinkMetrics sink = new SinkMetrics(meters);

    sink.delivered("log", Duration.ofSeconds(Long.MAX_VALUE));
    sink.delivered("log", Duration.ofSeconds(-1));
    sink.delivered("log", Duration.ofSeconds(1));

    assertThat(meters.get("tracetide.sink.delivery.delay").timer().count()).isEqualTo(1);
  }

  @Test
  void shouldExportTheNewestReloadAsAlertmanagerDoes() {
    SinkMetrics sink = new SinkMetrics(meters);
    sink.lastReload(() -> false, () -> Instant.ofEpochMilli(1_772_366_400_500L));
    sink.reload(TimeUnit.SECONDS);

    assertThat(meters.scrape().lines())
        .contains(
            "alertmanager_config_last_reload_successful 0.0",
            "alertmanager_config_last_reload_success_timestamp_seconds 1.7723664005E9",
            "tracetide_sink_config_reloads_total{result=\"seconds\"} 1.0");
  }

  @Test
  void shouldEndTheGaugeOfAReceiverThatIsRemoved() {
    SinkMetrics sink = new SinkMetrics(meters);
    Runnable end = sink.pending("ops", () -> 1);
    end.run();
    sink.pending("ops", () -> 2);

    assertThat(meters.get("tracetide.sink.pending").gauge().value()).isEqualTo(2);
  }

  /** What is exported, a row of the README for each name. */
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
