package io.tracetide.alert.alertmanager;

import io.tracetide.alert.route.EscalationStep;
import io.tracetide.alert.route.GroupBy;
import io.tracetide.alert.route.LabelMatcher;
import io.tracetide.alert.route.RouteSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads the routing tree, and matchers in the old and the new form. */
final class FileRoutes {
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Set<String> KEYS =
      Set.of(
          "receiver",
          "group_by",
          "match",
          "match_re",
          "matchers",
          "mute_time_intervals",
          "active_time_intervals",
          "continue",
          "routes",
          "group_wait",
          "group_interval",
          "repeat_interval",
          "labels");

  private final Set<String> receivers;
  private final Set<String> timeIntervals;
  private final List<Limitation> limitations;

  FileRoutes(Set<String> receivers, Set<String> timeIntervals, List<Limitation> limitations) {
    this.receivers = receivers;
    this.timeIntervals = timeIntervals;
    this.limitations = limitations;
  }

  /** The tree; without a receiver if the root has none, which is a problem. */
  RouteSpec root(YamlValue route) {
    if (route.get("receiver").text().isEmpty()) {
      route.problem("", "a route with a receiver as root of the tree");
    }
    for (String key :
        List.of("match", "match_re", "matchers", "mute_time_intervals", "active_time_intervals")) {
      YamlValue value = route.get(key);
      if (value.isPresent() && !isEmpty(value)) {
        value.problem("", "none in the root of the tree");
      }
    }
    return node(route);
  }

  private static boolean isEmpty(YamlValue value) {
    Object plain = value.plain();
    return plain.equals(List.of()) || plain.equals(Map.of());
  }

  private RouteSpec node(YamlValue route) {
    route.expectKeys(KEYS);
    YamlValue labels = route.get("labels");
    if (labels.isPresent()) {
      limitations.add(new Limitation(labels.path(), "labels of routes are not used."));
    }
    Optional<String> receiver = route.get("receiver").text();
    receiver.ifPresent(
        name -> {
          if (!receivers.contains(name)) {
            route.get("receiver").problem(name, "the name of a receiver of the file");
          }
        });
    return new RouteSpec(
        receiver,
        matchers(route, ""),
        groupBy(route.get("group_by")),
        new RouteSpec.TimingSpec(
            route.get("group_wait").duration(),
            positive(route.get("group_interval")),
            positive(route.get("repeat_interval")),
            Optional.empty(),
            Optional.empty()),
        route.get("continue").flag(false),
        names(route.get("mute_time_intervals")),
        names(route.get("active_time_intervals")),
        Optional.<List<EscalationStep>>empty(),
        route.get("routes").items().stream().map(this::node).toList());
  }

  /**
   * The matchers of a section in both forms.
   *
   * @param prefix of the keys: {@code source_}
   */
  static List<LabelMatcher> matchers(YamlValue section, String prefix) {
    List<LabelMatcher> matchers = new ArrayList<>();
    old(section.get(prefix + "match"), LabelMatcher::equal, matchers);
    old(section.get(prefix + "match_re"), LabelMatcher::regex, matchers);
    for (YamlValue item : section.get(prefix + "matchers").items()) {
      item.read(LabelMatcher::parseAll).ifPresent(matchers::addAll);
    }
    return matchers;
  }

  private static void old(
      YamlValue section,
      BiFunction<String, String, LabelMatcher> matcher,
      List<LabelMatcher> matchers) {
    section
        .entries()
        .forEach(
            (label, value) -> {
              if (!LABEL.matcher(label).matches()) {
                value.problem(label, "the name of a label");
              }
              value.read(text -> matcher.apply(label, text)).ifPresent(matchers::add);
            });
  }

  private static Optional<GroupBy> groupBy(YamlValue value) {
    List<String> labels = value.texts();
    if (labels.isEmpty()) {
      // As in Alertmanager, an empty list is inherited as well.
      return Optional.empty();
    }
    Set<String> distinct = new HashSet<>(labels);
    boolean all = distinct.remove("...");
    if (all && !distinct.isEmpty()) {
      value.problem(labels.toString(), "... alone, for all labels, or names of labels");
    } else if (!all && (distinct.size() < labels.size() || distinct.contains(""))) {
      value.problem(labels.toString(), "names of labels, each once");
    }
    return Optional.of(all ? GroupBy.ALL : new GroupBy(distinct, false));
  }

  private static Optional<Duration> positive(YamlValue value) {
    Optional<Duration> duration = value.duration();
    if (duration.filter(Duration::isZero).isPresent()) {
      value.problem("0", "a duration longer than 0");
    }
    return duration;
  }

  private List<String> names(YamlValue value) {
    List<String> names = value.texts();
    for (String name : names) {
      if (!timeIntervals.contains(name)) {
        value.problem(name, "names of time intervals of the file");
      }
    }
    return names;
  }
}
