package io.tracetide.alert.api;

import com.linecorp.armeria.common.QueryParams;
import io.tracetide.alert.route.LabelMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The query parameters of a request. */
final class AlertParameters {
  static final String TENANT = "tenant";

  private static final int MAX_FILTERS = 16;

  private final QueryParams params;

  /**
   * Reads parameters.
   *
   * @param known names that the path has; others are refused
   */
  AlertParameters(QueryParams params, Set<String> known) {
    this.params = params;
    for (String name : params.names()) {
      if (!known.contains(name)) {
        throw Replies.badRequest(
            "unknown parameter "
                + (name.length() > 100 ? name.substring(0, 100) : name)
                + ", known are: "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(params.get(name)).filter(text -> !text.isEmpty());
  }

  /** A flag that is true unless it is given as false. */
  boolean flag(String name) {
    String text = params.get(name, "true");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Replies.badParameter(name, "true or false");
    };
  }

  int number(String name, int otherwise, int most) {
    String text = params.get(name, Integer.toString(otherwise));
    if (!text.matches("[0-9]{1,6}") || Integer.parseInt(text) < 1) {
      throw Replies.badParameter(name, "a whole number from 1 to " + most);
    }
    return Math.min(Integer.parseInt(text), most);
  }

  /** The matchers of all parameters {@code filter}. */
  List<LabelMatcher> filters() {
    List<LabelMatcher> filters = new ArrayList<>();
    for (String text : params.getAll("filter")) {
      try {
        filters.addAll(
            text.startsWith("{")
                ? LabelMatcher.parseFilters(text)
                : List.of(LabelMatcher.parseFilter(text)));
      } catch (IllegalArgumentException e) {
        throw Replies.badParameter(
            "filter",
            "a matcher such as service=checkout or severity=~\"high|critical\" ("
                + e.getMessage()
                + ")");
      }
      if (filters.size() > MAX_FILTERS) {
        throw Replies.badParameter("filter", "at most " + MAX_FILTERS + " matchers");
      }
    }
    return filters;
  }

  /** Whether a list of receivers has one that the parameter {@code receiver} selects. */
  Predicate<List<String>> receivers() {
    Optional<String> expression = text("receiver");
    if (expression.isEmpty()) {
      return names -> true;
    }
    try {
      LabelMatcher receiver = LabelMatcher.of("receiver", expression.get(), true, true);
      return names -> names.stream().anyMatch(name -> receiver.matches(Map.of("receiver", name)));
    } catch (IllegalArgumentException e) {
      throw Replies.badParameter(
          "receiver", "a regular expression of a receiver's name (" + e.getMessage() + ")");
    }
  }
}
