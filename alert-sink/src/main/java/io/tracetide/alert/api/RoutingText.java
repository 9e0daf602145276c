package io.tracetide.alert.api;

import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.InhibitRule;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.Route;
import io.tracetide.alert.route.RouteOptions;
import io.tracetide.alert.route.Routing;
import io.tracetide.runtime.config.DurationFormat;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The routing as YAML in the format of Alertmanager's configuration, for its clients. Receivers and
 * time intervals have their names only: the former may have secrets.
 */
final class RoutingText {
  private final StringBuilder yaml = new StringBuilder(1_024);

  private RoutingText() {}

  static String of(Routing routing) {
    RoutingText text = new RoutingText();
    text.yaml.append("route:\n");
    text.route(routing.root(), "  ");
    text.yaml.append("receivers:\n");
    routing.receivers().keySet().stream().sorted().forEach(text::named);
    if (!routing.inhibitRules().isEmpty()) {
      text.yaml.append("inhibit_rules:\n");
      routing.inhibitRules().forEach(text::rule);
    }
    if (!routing.timeIntervals().isEmpty()) {
      text.yaml.append("time_intervals:\n");
      routing.timeIntervals().keySet().stream().sorted().forEach(text::interval);
    }
    return text.yaml.toString();
  }

  private void route(Route route, String indent) {
    RouteOptions options = route.options();
    yaml.append(indent).append("receiver: ").append(quote(options.receiver())).append('\n');
    list(
        indent,
        "group_by",
        options.groupBy().all()
            ? List.of("...")
            : options.groupBy().labels().stream()
                .flatMap(entry -> GroupBy.names(entry).stream())
                .sorted()
                .toList());
    list(indent, "matchers", matchers(route.matchers()));
    list(indent, "mute_time_intervals", options.muteTimeIntervals());
    list(indent, "active_time_intervals", options.activeTimeIntervals());
    if (route.continues()) {
      yaml.append(indent).append("continue: true\n");
    }
    line(indent, "group_wait", DurationFormat.print(options.timing().groupWait()));
    line(indent, "group_interval", DurationFormat.print(options.timing().groupInterval()));
    line(indent, "repeat_interval", DurationFormat.print(options.timing().repeatInterval()));
    if (!route.routes().isEmpty()) {
      yaml.append(indent).append("routes:\n");
      for (Route child : route.routes()) {
        int start = yaml.length();
        route(child, indent + "  ");
        yaml.setCharAt(start + indent.length(), '-');
      }
    }
  }

  private void rule(InhibitRule rule) {
    int start = yaml.length();
    list("  ", "source_matchers", matchers(rule.source()));
    list("  ", "target_matchers", matchers(rule.target()));
    list("  ", "equal", rule.equal().stream().sorted().toList());
    if (yaml.length() == start) {
      yaml.append("  {}\n");
    }
    yaml.setCharAt(start, '-');
  }

  private void named(String name) {
    yaml.append("- name: ").append(quote(name)).append('\n');
  }

  private void interval(String name) {
    named(name);
    yaml.append("  time_intervals: []\n");
  }

  private void line(String indent, String key, String value) {
    yaml.append(indent).append(key).append(": ").append(value).append('\n');
  }

  private void list(String indent, String key, Collection<String> texts) {
    if (!texts.isEmpty()) {
      line(
          indent,
          key,
          texts.stream().map(RoutingText::quote).collect(Collectors.joining(", ", "[", "]")));
    }
  }

  private static List<String> matchers(List<LabelMatcher> matchers) {
    return matchers.stream().map(LabelMatcher::toString).toList();
  }

  /** A text in double quotes, in which YAML has the escapes of JSON. */
  private static String quote(String text) {
    return Replies.JSON.getNodeFactory().textNode(text).toString();
  }
}
