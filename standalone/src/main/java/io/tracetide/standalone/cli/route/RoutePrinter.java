package io.tracetide.standalone.cli.route;

import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Timing;
import io.tracetide.runtime.config.DurationFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Routes as text. */
final class RoutePrinter {

  /** Spaces between which lines do not wrap, as amtool prints them. */
  private static final String BAR = "│\u00a0\u00a0 ";

  private RoutePrinter() {}

  /** The tree in the form of {@code amtool config routes show}. */
  static String tree(Route root) {
    StringBuilder text = new StringBuilder("Routing tree:\n.\n");
    branch(root, "", true, text);
    return text.append('\n').toString();
  }

  private static void branch(Route route, String indent, boolean last, StringBuilder text) {
    String matchers =
        route.matchers().stream()
            .sorted(LabelMatcher.ORDER)
            .map(LabelMatcher::toString)
            .collect(Collectors.joining(",", "{", "}"));
    text.append(indent)
        .append(last ? "└── " : "├── ")
        .append(route.matchers().isEmpty() ? "default-route" : matchers)
        .append(route.continues() ? "  continue: true" : "")
        .append("  receiver: ")
        .append(route.options().receiver())
        .append('\n');
    List<Route> children = route.routes();
    for (int i = 0; i < children.size(); i++) {
      boolean lastChild = i == children.size() - 1;
      branch(children.get(i), indent + (last ? "    " : BAR), lastChild, text);
    }
  }

  /** What a route does with its alerts. */
  static String details(Route route) {
    RouteOptions options = route.options();
    StringBuilder text = new StringBuilder("\n" + route.key() + "\n");
    line(text, "receiver", options.receiver());
    line(text, "group by", groupBy(options.groupBy()));
    Timing timing = options.timing();
    line(text, "group wait", DurationFormat.print(timing.groupWait()));
    line(text, "group interval", DurationFormat.print(timing.groupInterval()));
    String growth =
        timing.repeatBackoff() > 1
            ? ", times %s up to %s"
                .formatted(timing.repeatBackoff(), DurationFormat.print(timing.maxRepeatInterval()))
            : "";
    line(text, "repeat interval", DurationFormat.print(timing.repeatInterval()) + growth);
    line(text, "muted in", String.join(", ", options.muteTimeIntervals()));
    line(text, "active in", String.join(", ", options.activeTimeIntervals()));
    options
        .escalation()
        .forEach(
            step ->
                line(
                    text,
                    "escalation",
                    "after " + DurationFormat.print(step.after()) + " to " + step.receiver()));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    if (!value.isEmpty()) {
      text.append("  ").append("%-16s".formatted(name)).append(value).append('\n');
    }
  }

  private static String groupBy(GroupBy groupBy) {
    if (groupBy.all()) {
      return "all labels";
    }
    return groupBy.labels().isEmpty()
        ? "no label: one group"
        : String.join(", ", new TreeSet<>(groupBy.labels()));
  }
}
