package io.tracetide.query;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Parameters of a query; immutable. Each method returns a copy with one more parameter. Which
 * endpoint accepts which one is in the README of streams-processor; the processor rejects the
 * others, so none is ignored.
 *
 * <p>Names are exact: {@link #services}, {@link #operations} and the like quote commas, stars and
 * control characters. {@link #with} sends a text as it is, for patterns and for every parameter of
 * an endpoint that has no method here, also of later versions.
 */
public final class Query {
  /** No parameters: the defaults of the endpoint. */
  public static final Query ALL = new Query(Map.of());

  private final Map<String, List<String>> values;

  private Query(Map<String, List<String>> values) {
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * The time until now.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole seconds
   */
  public static Query last(Duration length) {
    return ALL.with("timeRange", seconds(length));
  }

  /** A range of time; {@code to} is not included. */
  public static Query between(Instant from, Instant to) {
    return ALL.with("from", from.toString()).with("to", to.toString());
  }

  /** Replaces a parameter by these values as they are. */
  public Query with(String name, String... value) {
    Map<String, List<String>> more = new LinkedHashMap<>(values);
    if (value.length == 0) {
      more.remove(name);
    } else {
      more.put(name, List.of(value));
    }
    return new Query(more);
  }

  private Query names(String parameter, String... names) {
    return with(parameter, Arrays.stream(names).map(Query::quoted).toArray(String[]::new));
  }

  /** Names of services. */
  public Query services(String... names) {
    return names("services", names);
  }

  /** Names of operations. */
  public Query operations(String... names) {
    return names("operations", names);
  }

  /** Names of metrics, or {@code latency}, {@code throughput}, {@code errors} and the like. */
  public Query metrics(String... names) {
    return names("metrics", names);
  }

  /** The only tenant to read. */
  public Query tenant(String name) {
    return with("tenant", name);
  }

  /**
   * Length of the windows of analytics.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole seconds
   */
  public Query granularity(Duration window) {
    return with("granularity", seconds(window));
  }

  /** The processor has no unit below a second. */
  private static String seconds(Duration length) {
    if (length.isZero()
        || length.isNegative()
        || !length.equals(Duration.ofSeconds(length.toSeconds()))) {
      throw new IllegalArgumentException(
          "expected a positive number of whole seconds, got " + length);
    }
    return length.toSeconds() + "s";
  }

  /** Attributes to split metrics by. */
  public Query by(String... attributes) {
    return names("by", attributes);
  }

  /**
   * Conditions on attributes of metrics.
   *
   * @param conditions {@code attribute=value}, sent as they are
   */
  public Query where(String... conditions) {
    return with("where", conditions);
  }

  /** Names of objectives. */
  public Query objectives(String... names) {
    return names("objectives", names);
  }

  /** Severities of anomalies, such as {@code high}. */
  public Query severity(String... severities) {
    return with("severity", severities);
  }

  /** Resolved anomalies only, or open ones only. */
  public Query resolved(boolean resolved) {
    return with("resolved", Boolean.toString(resolved));
  }

  /** Most items of an answer, or of a page. */
  public Query limit(int most) {
    return with("limit", Integer.toString(most));
  }

  /** States of traces, such as {@code in_flight} or {@code stuck}, or the state of feedback. */
  public Query state(String... states) {
    return with("state", states);
  }

  /** Fingerprint of the alert that feedback is about. */
  public Query fingerprint(String fingerprint) {
    return with("fingerprint", fingerprint);
  }

  /** Service of traces. */
  public Query service(String name) {
    return names("service", name);
  }

  /** Operation of traces. */
  public Query operation(String name) {
    return names("operation", name);
  }

  /** Any of the ids of the context of traces. */
  public Query context(String... ids) {
    return names("context", ids);
  }

  /**
   * Traces that started at least so long ago.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole seconds
   */
  public Query olderThan(Duration age) {
    return with("olderThan", seconds(age));
  }

  /**
   * Tags of traces, for each of which one of the spans of a trace must have it.
   *
   * @param conditions {@code key=value}, sent as they are, so that {@code *} stands for any text
   */
  public Query tag(String... conditions) {
    return with("tag", conditions);
  }

  /**
   * Traces that took at least so long.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole milliseconds
   */
  public Query minDuration(Duration least) {
    return with("minDuration", milliseconds(least));
  }

  /**
   * Traces that took at most so long.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole milliseconds
   */
  public Query maxDuration(Duration most) {
    return with("maxDuration", milliseconds(most));
  }

  private static String milliseconds(Duration length) {
    if (length.isZero()
        || length.isNegative()
        || !length.equals(Duration.ofMillis(length.toMillis()))) {
      throw new IllegalArgumentException(
          "expected a positive number of whole milliseconds, got " + length);
    }
    return length.toMillis() + "ms";
  }

  /** Traces of which one span has failed, or traces without such a span. */
  public Query error(boolean failed) {
    return with("error", Boolean.toString(failed));
  }

  /** Actors of audit entries, sent as they are, so that {@code *} stands for any text. */
  public Query actor(String... patterns) {
    return with("actor", patterns);
  }

  /** Actions of audit entries, such as {@code alert.*}. */
  public Query action(String... patterns) {
    return with("action", patterns);
  }

  /** Subjects of audit entries, sent as they are, so that {@code *} stands for any text. */
  public Query subject(String... patterns) {
    return with("subject", patterns);
  }

  /**
   * Details of audit entries, all of which an entry must have.
   *
   * @param conditions {@code key=value}, sent as they are, so that {@code *} stands for any text
   */
  public Query detail(String... conditions) {
    return with("detail", conditions);
  }

  /** Whether traces come with their events. */
  public Query events(boolean included) {
    return with("events", Boolean.toString(included));
  }

  /** An earlier period to compare with, in the notation of the processor. */
  public Query compareTo(String period) {
    return with("compareTo", period);
  }

  /**
   * The range that lies so long before the range of the query.
   *
   * @throws IllegalArgumentException unless it is a positive number of whole seconds
   */
  public Query compareTo(Duration before) {
    return with("compareTo", seconds(before));
  }

  /** The range of the same length that ends where the range of the query begins. */
  public Query compareToPrevious() {
    return with("compareTo", "previous");
  }

  /** What the services or operations of the answer are ranked by. */
  public Query topBy(String measure) {
    return with("topBy", measure);
  }

  /** Quantiles of the answer, such as {@code 0.5}. */
  public Query quantiles(double... quantiles) {
    return with(
        "quantiles", Arrays.stream(quantiles).mapToObj(Double::toString).toArray(String[]::new));
  }

  /** The page after the one that had this cursor. */
  public Query cursor(String cursor) {
    return with("cursor", cursor);
  }

  Map<String, List<String>> values() {
    return values;
  }

  /** The part of a URL after the question mark. */
  String encoded() {
    StringJoiner query = new StringJoiner("&");
    values.forEach(
        (name, given) -> given.forEach(value -> query.add(encoded(name) + "=" + encoded(value))));
    return query.toString();
  }

  /** Percent-encoded, also as a part of a path. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** A name among others: special characters with a backslash, control characters by number. */
  private static String quoted(String name) {
    StringBuilder quoted = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\\' || c == ',' || c == '*' || c == '?') {
        quoted.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Query query && query.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
