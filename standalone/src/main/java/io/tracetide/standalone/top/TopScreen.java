package io.tracetide.standalone.top;

import io.tracetide.query.answer.FleetDashboard;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the command shows: a summary, the state of the connection, and the table. */
final class TopScreen {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  private final TopTable table;
  private final String address;
  private final ZoneId zone;

  TopScreen(TopTable table, String address, ZoneId zone) {
    this.table = table;
    this.address = address;
    this.zone = zone;
  }

  /**
   * The lines.
   *
   * @param dashboard null before the first answer
   * @param answeredAt time of the dashboard
   * @param trouble why there is no newer one, or no live update; empty when all is well
   * @param rows most lines
   */
  List<TopTable.Line> lines(
      @Nullable FleetDashboard dashboard,
      Instant answeredAt,
      String trouble,
      int columns,
      int rows) {
    List<TopTable.Line> lines = new ArrayList<>();
    lines.add(plain("tracetide top  " + address, columns));
    if (dashboard == null) {
      lines.add(plain(trouble.isEmpty() ? "waiting for the first answer" : trouble, columns));
      return lines;
    }
    FleetDashboard.Totals totals = dashboard.totals();
    long minutes = Duration.between(dashboard.from(), dashboard.to()).toMinutes();
    lines.add(
        plain(
            "%d services, %s spans/s, %s %% errors, p95 %s over %d min; %s in flight, %s stuck, %d open anomalies"
                .formatted(
                    totals.services(),
                    TopTable.number(totals.throughputPerSec()),
                    TopTable.number(totals.errorRatePercent()),
                    TopTable.millis(totals.p95Ms()),
                    minutes,
                    totals.inFlight() == null ? "-" : totals.inFlight(),
                    totals.stuck() == null ? "-" : totals.stuck(),
                    totals.openAnomalies()),
            columns));
    String at = CLOCK.format(answeredAt.atZone(zone));
    lines.add(
        trouble.isEmpty()
            ? plain("live, " + at, columns)
            : new TopTable.Line("trouble", cut(trouble + "; data of " + at, columns)));
    if (dashboard.partial()) {
      lines.add(
          new TopTable.Line(
              "trouble",
              cut("partial: no answer from " + String.join(", ", dashboard.missing()), columns)));
    }
    lines.add(new TopTable.Line("", ""));
    List<TopTable.Line> services = table.lines(dashboard, columns);
    lines.addAll(services.subList(0, Math.min(services.size(), Math.max(1, rows - lines.size()))));
    if (dashboard.services().isEmpty()) {
      lines.add(plain("no service has sent spans in this time", columns));
    }
    return lines;
  }

  private static TopTable.Line plain(String text, int columns) {
    return new TopTable.Line("", cut(text, columns));
  }

  private static String cut(String text, int columns) {
    return TerminalText.fitted(text, columns).stripTrailing();
  }
}
