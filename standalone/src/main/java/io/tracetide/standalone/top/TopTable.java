package io.tracetide.standalone.top;

import io.tracetide.query.answer.FleetDashboard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table of services as lines of plain text.
 *
 * @param sort order of the services
 * @param limit most services
 */
public record TopTable(TopSort sort, int limit) {
  private static final String NONE = "-";
  private static final int LEAST_NAME = 12;
  private static final int WIDEST_NAME = 40;
  private static final int MOST_TENANT = 16;
  private static final int STATUS = 10;

  /**
   * A column of numbers.
   *
   * @param rank columns of the highest ranks are left out where the terminal is narrow
   */
  private record Column(
      String title, int width, int rank, Function<FleetDashboard.Service, String> value) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("SPANS/S", 9, 3, service -> number(service.throughputPerSec())),
          new Column("ERR %", 7, 1, service -> number(service.errorRatePercent())),
          new Column("P50", 9, 7, service -> millis(service.p50Ms())),
          new Column("P95", 9, 0, service -> millis(service.p95Ms())),
          new Column("P99", 9, 6, service -> millis(service.p99Ms())),
          new Column("FLIGHT", 7, 5, service -> count(service.inFlight())),
          new Column("STUCK", 6, 4, service -> count(service.stuck())),
          new Column("ANOM", 5, 2, service -> count(service.openAnomalies())));

  /**
   * One line with the status of its service, for colours.
   *
   * @param status empty for the heading
   */
  public record Line(String status, String text) {}

  /** The heading and the services. */
  List<Line> lines(FleetDashboard dashboard, int columns) {
    List<FleetDashboard.Service> services =
        dashboard.services().stream().sorted(sort.order()).limit(limit).toList();
    boolean tenants = services.stream().map(FleetDashboard.Service::tenant).distinct().count() > 1;
    int texts = LEAST_NAME + 1 + STATUS + (tenants ? MOST_TENANT + 1 : 0);
    List<Column> shown = fitting(columns - texts);
    int numbers = width(shown) + STATUS + 1;
    int longest =
        services.stream()
            .mapToInt(s -> TerminalText.width(TerminalText.of(s.service())))
            .max()
            .orElse(0);
    int room = columns - numbers - (tenants ? MOST_TENANT + 1 : 0);
    int name = Math.max(LEAST_NAME, Math.min(Math.min(longest, WIDEST_NAME), room));
    List<Line> lines = new ArrayList<>();
    StringBuilder heading = new StringBuilder();
    if (tenants) {
      heading.append(TerminalText.fitted("TENANT", MOST_TENANT)).append(' ');
    }
    heading.append(TerminalText.fitted("SERVICE", name)).append(' ');
    heading.append(TerminalText.fitted("STATUS", STATUS));
    shown.forEach(column -> heading.append(' ').append(right(column.title(), column.width())));
    lines.add(new Line("", cut(heading, columns)));
    for (FleetDashboard.Service service : services) {
      StringBuilder line = new StringBuilder();
      if (tenants) {
        line.append(TerminalText.fitted(service.tenant(), MOST_TENANT)).append(' ');
      }
      line.append(TerminalText.fitted(service.service(), name)).append(' ');
      line.append(TerminalText.fitted(service.status(), STATUS));
      shown.forEach(
          column -> line.append(' ').append(right(column.value().apply(service), column.width())));
      lines.add(new Line(service.status(), cut(line, columns)));
    }
    return lines;
  }

  /** The most important columns that fit, in their order. */
  private static List<Column> fitting(int room) {
    List<Column> shown = new ArrayList<>(COLUMNS);
    while (shown.size() > 1 && width(shown) > room) {
      shown.remove(Collections.max(shown, Comparator.comparingInt(Column::rank)));
    }
    return shown;
  }

  private static int width(List<Column> shown) {
    return shown.stream().mapToInt(column -> column.width() + 1).sum();
  }

  private static String cut(StringBuilder line, int columns) {
    String text = line.toString().stripTrailing();
    return TerminalText.width(text) <= columns ? text : TerminalText.fitted(text, columns);
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }

  private static String count(@Nullable Long value) {
    return value == null ? NONE : Long.toString(value);
  }

  static String number(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value);
  }

  static String millis(@Nullable Double value) {
    if (value == null) {
      return NONE;
    }
    if (value >= 60_000) {
      return number(value / 60_000) + " min";
    }
    return value >= 1_000 ? number(value / 1_000) + " s" : number(value) + " ms";
  }
}
