package io.tracetide.standalone.top;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.query.answer.FleetDashboard;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopTableTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private static FleetDashboard.Service service(
      String tenant, String name, @Nullable Double p95, double errors, long anomalies) {
    return new FleetDashboard.Service(
        tenant, name, "healthy", "", null, NOON, 10, 1, 12.5, errors, 1.0, p95, 3_500.0, 7L, null,
        anomalies, null, null, List.of());
  }

  private static FleetDashboard dashboard(FleetDashboard.Service... services) {
    return new FleetDashboard(
        NOON.minusSeconds(300),
        NOON,
        false,
        List.of(),
        0.01,
        null,
        null,
        0,
        new FleetDashboard.Totals(
            services.length, 1, 10, 1, 12.5, 1.0, 1.0, 2.0, 3.0, 7L, 0L, 3, Map.of(), null, null),
        List.of(services));
  }

  private static List<String> names(TopSort sort, int limit) {
    return new TopTable(sort, limit)
            .lines(
                dashboard(
                    service("a", "slow", 900.0, 0, 0),
                    service("a", "failing", 5.0, 30, 1),
                    service("a", "odd", null, 2, 4)),
                120)
            .stream()
            .skip(1)
            .map(line -> line.text().split(" ", 2)[0])
            .toList();
  }

  @Test
  void shouldSortByTheChosenColumnTheGreatestFirst() {
    assertThat(names(TopSort.P95, 10)).containsExactly("slow", "failing", "odd");
    assertThat(names(TopSort.ERRORS, 10)).containsExactly("failing", "odd", "slow");
    assertThat(names(TopSort.ANOMALIES, 2)).containsExactly("odd", "failing");
    assertThat(names(TopSort.NAME, 10)).containsExactly("failing", "odd", "slow");
  }

  @Test
  void shouldAlignColumnsAndLeaveUnknownValuesOut() {
    List<TopTable.Line> lines =
        new TopTable(TopSort.NAME, 10).lines(dashboard(service("a", "shop", null, 2, 4)), 120);

    assertThat(lines.get(0).text())
        .isEqualTo(
            "SERVICE      STATUS       SPANS/S   ERR %       P50       P95       P99  FLIGHT  STUCK"
                + "  ANOM");
    assertThat(lines.get(1).text())
        .isEqualTo(
            "shop         healthy         12.5    2.00   1.00 ms         -    3.50 s       7      -"
                + "     4");
  }

  @Test
  void shouldLeaveOutTheLessImportantColumnsOfANarrowTerminal() {
    assertThat(
            new TopTable(TopSort.NAME, 10)
                .lines(dashboard(service("a", "shop", 8.0, 2, 4)), 70)
                .get(0)
                .text())
        .isEqualTo("SERVICE      STATUS       SPANS/S   ERR %       P95  STUCK  ANOM");
    assertThat(
            new TopTable(TopSort.NAME, 10)
                .lines(dashboard(service("a", "shop", 8.0, 2, 4)), 40)
                .get(0)
                .text())
        .isEqualTo("SERVICE      STATUS           P95");
  }

  @Test
  void shouldNameTenantsOnlyWhenThereAreSeveral() {
    assertThat(
            new TopTable(TopSort.NAME, 10)
                .lines(dashboard(service("a", "x", 1.0, 0, 0), service("b", "x", 1.0, 0, 0)), 120))
        .extracting(TopTable.Line::text)
        .satisfies(
            texts -> {
              assertThat(texts.get(0)).startsWith("TENANT ");
              assertThat(texts.get(1)).startsWith("a ");
              assertThat(texts.get(2)).startsWith("b ");
            });
  }

  @ParameterizedTest
  @CsvSource({"40", "80", "132"})
  void shouldNeverBeWiderThanTheTerminal(int columns) {
    String wide = "\u6771\u4eac-" + "very-long-name-".repeat(10);
    List<TopTable.Line> lines =
        new TopScreen(new TopTable(TopSort.P95, 5), "http://127.0.0.1:8080", ZoneOffset.UTC)
            .lines(dashboard(service("a", wide, 1.0, 0, 0)), NOON, "", columns, 20);

    assertThat(lines).allMatch(line -> TerminalText.width(line.text()) <= columns);
  }

  @Test
  void shouldShowNoCharacterThatControlsTheTerminal() {
    String payload =
        "a\u001b[2J\u001b]0;title\u0007b\u009b31m\r\nc\u202ed\u2066e\u200bf\u0008\u007f\ud800";
    FleetDashboard dashboard =
        dashboard(service(payload, payload, 1.0, 0, 0), service("b", "x", 1.0, 0, 0));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PlainOutput output = new PlainOutput(new PrintStream(bytes, false, StandardCharsets.UTF_8));
    output.show(
        new TopScreen(new TopTable(TopSort.P95, 5), payload, ZoneOffset.UTC)
            .lines(dashboard, NOON, payload, 132, 20));

    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertThat(shown.replace(System.lineSeparator(), "").codePoints())
        .allMatch(c -> Character.getType(c) != Character.CONTROL)
        .allMatch(c -> Character.getType(c) != Character.FORMAT);
    assertThat(shown).contains("a\ufffd[2J");
  }

  @Test
  void shouldKeepTheTableAndSayWhyItIsNotNewer() {
    TopScreen screen =
        new TopScreen(new TopTable(TopSort.P95, 5), "http://127.0.0.1:8080", ZoneOffset.UTC);

    List<String> texts = new ArrayList<>();
    screen
        .lines(dashboard(service("a", "shop", 1.0, 0, 0)), NOON, "reconnecting: no answer", 132, 20)
        .forEach(line -> texts.add(line.text()));
    assertThat(texts).contains("reconnecting: no answer; data of 12:00:00");
    assertThat(texts.get(texts.size() - 1)).startsWith("shop");
    assertThat(screen.lines(null, NOON, "", 80, 20))
        .extracting(TopTable.Line::text)
        .contains("waiting for the first answer");
  }
}
