package io.tracetide.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tracetide.processor.cardinality.OverflowReason;
import io.tracetide.processor.exposition.ExpositionMetrics;
import io.tracetide.processor.exposition.remote.RemoteWriteMetrics;
import io.tracetide.processor.query.MemoryAudit;
import io.tracetide.processor.query.audit.AuditMetrics;
import io.tracetide.processor.query.live.LiveMetrics;
import io.tracetide.processor.query.peer.PeerMetrics;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.runtime.meter.RoleMeters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MeterTableTest {
  /** The highest value of a timer is exported beside it, and means the same. */
  private static final Pattern HELP =
      Pattern.compile("# HELP (tracetide_\\S+(?<!_seconds_max)) (.*)");

  private final PrometheusMeterRegistry meters =
      RoleMeters.create(
          ProcessorMetrics.HELP,
          PeerMetrics.HELP,
          LiveMetrics.HELP,
          ExpositionMetrics.HELP,
          RemoteWriteMetrics.HELP,
          AuditMetrics.HELP);

  @Test
  void shouldListEveryMeterWithItsMeaningInTheReadme() throws IOException {
    ProcessorMetrics processor = new ProcessorMetrics(meters);
    processor.overflowed(OverflowReason.values()[0]).increment();
    processor.expired("10s").increment();
    processor.dropped("unreadable", "traces").increment();
    meters.counter("tracetide.processor.tasks.restored.damaged"); // As SupervisedStreams has it.
    meters
        .counter("tracetide.processor.anomalies", "detector", "rule", "state", "open")
        .increment();
    AuditMetrics.bind(new MemoryAudit(List.of("default"), Instant.EPOCH), meters);
    new PeerMetrics(meters);
    new LiveMetrics(meters);
    new ExpositionMetrics(meters);
    new RemoteWriteMetrics(meters).queue(List.of());
    meters.counter(
        "tracetide.processor.live.messages.sent", "type", "heartbeat"); // As the first message.

    List<String> documented =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| `tracetide_"))
            .map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1))
            .toList();

    assertThat(documented).containsExactlyElementsOf(rows(meters.scrape()));
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
