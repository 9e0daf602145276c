package io.tracetide.instrumentation.servlet;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the filter traces, and what it says of a request. Each component is an init-param of the
 * same name, too.
 *
 * @param excludedPaths paths below the context that are not traced, such as {@code /health}, {@code
 *     /assets/*} or {@code *.css}
 * @param failureStatus lowest status of a response that counts as failure
 * @param routeAttributes attributes of a request in which frameworks leave its route
 * @param user what is said of the principal
 * @param session what is said of the session; its id opens the session to whoever has it, so {@link
 *     Disclosure#PLAIN} is refused
 * @param joinCallers whether a request that says in {@code traceparent} what it is part of is part
 *     of that trace
 * @param answerTrace whether the response says in {@code traceresponse} which trace it was
 */
public record FilterSettings(
    List<String> excludedPaths,
    int failureStatus,
    List<String> routeAttributes,
    Disclosure user,
    Disclosure session,
    boolean joinCallers,
    boolean answerTrace) {

  private static final int LEAST_STATUS = 100;
  private static final int GREATEST_STATUS = 1_000;

  public FilterSettings {
    excludedPaths = List.copyOf(excludedPaths);
    routeAttributes = List.copyOf(routeAttributes);
    List<String> problems = new ArrayList<>();
    for (String path : excludedPaths) {
      if (!PathPatterns.isPattern(path)) {
        problems.add("excludedPaths has " + path + ", expected /exact, /below/* or *.extension");
      }
    }
    if (failureStatus < LEAST_STATUS || failureStatus > GREATEST_STATUS) {
      problems.add("failureStatus is " + failureStatus + ", expected 100 to 1000 (none)");
    }
    if (session == Disclosure.PLAIN) {
      problems.add("session is plain, expected off or hashed: whoever has the id has the session");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Every request; 5xx are failures; the principal's name, the session's hash. */
  public static FilterSettings defaults() {
    return new FilterSettings(
        List.of(),
        500,
        List.of(RouteResolver.SPRING_PATTERN),
        Disclosure.PLAIN,
        Disclosure.HASHED,
        true,
        true);
  }

  public FilterSettings withExcludedPaths(String... paths) {
    return new FilterSettings(
        List.of(paths), failureStatus, routeAttributes, user, session, joinCallers, answerTrace);
  }

  public FilterSettings withFailureStatus(int lowest) {
    return new FilterSettings(
        excludedPaths, lowest, routeAttributes, user, session, joinCallers, answerTrace);
  }

  public FilterSettings withUser(Disclosure disclosure) {
    return new FilterSettings(
        excludedPaths,
        failureStatus,
        routeAttributes,
        disclosure,
        session,
        joinCallers,
        answerTrace);
  }

  public FilterSettings withSession(Disclosure disclosure) {
    return new FilterSettings(
        excludedPaths, failureStatus, routeAttributes, user, disclosure, joinCallers, answerTrace);
  }

  public FilterSettings withJoinCallers(boolean join) {
    return new FilterSettings(
        excludedPaths, failureStatus, routeAttributes, user, session, join, answerTrace);
  }

  public FilterSettings withAnswerTrace(boolean answer) {
    return new FilterSettings(
        excludedPaths, failureStatus, routeAttributes, user, session, joinCallers, answer);
  }

  /**
   * These settings with those that are given as text.
   *
   * @param parameters text by name
   * @throws IllegalArgumentException naming all that makes no sense
   */
  FilterSettings with(Map<String, String> parameters) {
    Reader reader = new Reader(parameters);
    List<String> paths = reader.read("excludedPaths", excludedPaths, FilterSettings::list);
    int status = reader.read("failureStatus", failureStatus, Integer::valueOf);
    List<String> attributes = reader.read("routeAttributes", routeAttributes, FilterSettings::list);
    Disclosure ofUser = reader.read("user", user, FilterSettings::disclosure);
    Disclosure ofSession = reader.read("session", session, FilterSettings::disclosure);
    boolean join = reader.read("joinCallers", joinCallers, FilterSettings::flag);
    boolean answer = reader.read("answerTrace", answerTrace, FilterSettings::flag);
    reader.refuseUnknown();
    if (!reader.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reader.problems));
    }
    return new FilterSettings(paths, status, attributes, ofUser, ofSession, join, answer);
  }

  private static List<String> list(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
  }

  private static Disclosure disclosure(String text) {
    return Disclosure.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** Reads texts, and notes what cannot be read instead of stopping. */
  private static final class Reader {

    private final Map<String, String> parameters;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    Reader(Map<String, String> parameters) {
      this.parameters = parameters;
    }

    void refuseUnknown() {
      for (String name : new TreeSet<>(parameters.keySet())) {
        if (!known.contains(name)) {
          problems.add(name + " is no setting, expected one of " + String.join(", ", known));
        }
      }
    }

    <T> T read(String name, T otherwise, Function<String, T> parse) {
      known.add(name);
      String text = parameters.get(name);
      if (text == null) {
        return otherwise;
      }
      try {
        return parse.apply(text.strip());
      } catch (IllegalArgumentException e) {
        problems.add(name + " is " + text + ", which makes no sense");
        return otherwise;
      }
    }
  }
}
