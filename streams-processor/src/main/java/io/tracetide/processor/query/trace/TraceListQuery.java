package io.tracetide.processor.query.trace;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.runtime.config.DurationFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Query of {@code /monitoring/traces}.
 *
 * @param identity the parameters that determine the list and its order
 * @param steps whether the traces come with their events
 */
public record TraceListQuery(
    TraceCriteria filter, String identity, ScanPosition from, int limit, boolean steps) {
  public static final List<String> PARAMETERS =
      List.of(
          "state",
          "service",
          "operation",
          "tenant",
          "context",
          "olderThan",
          "tag",
          "minDuration",
          "maxDuration",
          "error",
          "limit",
          "cursor",
          "events");
  static final int DEFAULT_LIMIT = 100;
  static final int MOST = 1_000;

  private static final Duration LONGEST = Duration.ofDays(366);
  private static final String STATES_ACCEPTED =
      "use one or more of in_flight, running, stuck, abandoned, completed, failed, cancelled";

  /** Values of parameter {@code state} with the labels of the states they select. */
  private static final Map<String, Set<String>> STATES =
      Map.of(
          "in_flight", Set.of("running", "stuck"),
          "running", Set.of("running"),
          "stuck", Set.of("stuck"),
          "abandoned", Set.of("abandoned"),
          "completed", Set.of("completed"),
          "failed", Set.of("failed"),
          "cancelled", Set.of("cancelled"));

  /** All labels, for a query of all traces. */
  private static final Set<String> ALL_STATES =
      Set.of("running", "stuck", "abandoned", "completed", "failed", "cancelled");

  public static TraceListQuery parse(Parameters parameters, Instant now, CursorSeal cursors) {
    Optional<String> olderThan = parameters.one("olderThan");
    OptionalLong startedUpToMs =
        olderThan
            .map(text -> OptionalLong.of(now.minus(age(text)).toEpochMilli()))
            .orElse(OptionalLong.empty());
    TraceCriteria filter =
        new TraceCriteria(
            parameters.tenants(),
            states(parameters.words("state")),
            parameters.patterns("service"),
            parameters.patterns("operation"),
            parameters.names("context"),
            startedUpToMs,
            details(parameters));
    // The age identifies the query, the time computed from it does not.
    String identity =
        List.of(
                filter.tenants(),
                filter.states(),
                filter.services(),
                filter.operations(),
                filter.contexts(),
                filter.details(),
                olderThan)
            .toString();
    return new TraceListQuery(
        filter,
        identity,
        parameters
            .one("cursor")
            .map(text -> TraceCursor.parse(text, identity, cursors))
            .orElse(ScanPosition.BEGINNING),
        parameters.integer("limit", DEFAULT_LIMIT, 1, MOST),
        parameters.flag("events").orElse(false));
  }

  private static TraceDetails details(Parameters parameters) {
    Set<String> tags = parameters.patterns("tag");
    for (String tag : tags) {
      if (!tag.contains("=")) {
        throw BadParameterException.rejected(
            "tag", tag, "use key=value, several by comma; * stands for any text in both");
      }
    }
    OptionalLong least = duration(parameters, "minDuration");
    OptionalLong most = duration(parameters, "maxDuration");
    if (least.isPresent() && most.isPresent() && least.getAsLong() > most.getAsLong()) {
      throw BadParameterException.rejected(
          "maxDuration", parameters.one("maxDuration").orElse(""), "use at least minDuration");
    }
    return new TraceDetails(tags, least, most, parameters.flag("error"));
  }

  private static OptionalLong duration(Parameters parameters, String name) {
    Optional<String> text = parameters.one(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    Duration duration =
        DurationFormat.parse(text.get())
            .filter(given -> !given.isNegative() && given.compareTo(LONGEST) <= 0)
            .orElseThrow(
                () ->
                    BadParameterException.rejected(
                        name, text.get(), "use a duration of up to 366d, such as 250ms or 2s"));
    return OptionalLong.of(duration.toNanos() / 1_000);
  }

  private static Set<String> states(Set<String> names) {
    if (names.isEmpty()) {
      return ALL_STATES;
    }
    Set<String> labels = new TreeSet<>();
    for (String name : names) {
      Set<String> meant = STATES.get(name.toLowerCase(Locale.ROOT));
      if (meant == null) {
        throw BadParameterException.rejected("state", name, STATES_ACCEPTED);
      }
      labels.addAll(meant);
    }
    return labels;
  }

  private static Duration age(String text) {
    return Parameters.length(text)
        .filter(age -> !age.isZero() && age.compareTo(LONGEST) <= 0)
        .orElseThrow(
            () ->
                BadParameterException.rejected(
                    "olderThan", text, "use a time since the start of 1s to 366d, such as 15m"));
  }
}
