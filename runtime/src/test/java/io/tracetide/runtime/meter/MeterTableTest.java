package io.tracetide.runtime.meter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MeterTableTest {
  /** The highest value of a timer is exported beside it, and means the same. */
  private static final Pattern HELP =
      Pattern.compile("# HELP (tracetide_\\S+(?<!_seconds_max)) (.*)");

  private final PrometheusMeterRegistry meters = RoleMeters.create();

  @Test
  void shouldListEveryMeterWithItsMeaningInTheReadme() throws IOException {
    Counter.builder(ListenerMeters.DENIED).tag("cause", "expired").register(meters);
    Counter.builder(ListenerMeters.UNANSWERED).register(meters);
    Gauge.builder(ListenerMeters.TOKENS, () -> 1).register(meters);
    Counter.builder(ListenerMeters.RELOADS).tag("outcome", "changed").register(meters);
    Gauge.builder(ListenerMeters.CERTIFICATE_EXPIRES, () -> 1).baseUnit("seconds").register(meters);
    KafkaMeters.ofStreams(
        meters, () -> Stream.of(perTopic("records-lag"), perTopic("records-consumed-total")));

    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `tracetide_"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(documented).containsExactlyElementsOf(rows(meters.scrape()));
  }

  private static Reading perTopic(String name) {
    return new Reading(
        "consumer-fetch-manager-metrics",
        name,
        Map.of("client-id", "app-StreamThread-1-consumer", "topic", "traces", "partition", "0"),
        () -> 1.0);
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
