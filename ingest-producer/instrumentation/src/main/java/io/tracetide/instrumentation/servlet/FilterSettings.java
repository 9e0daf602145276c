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
 * Settings of the filter. Each component is also an init-param of the same name.
 *
 * @param excludedPaths paths below the context that are not traced, such as {@code /health}, {@code
 *     /assets/*} or {@code *.css}
 * @param failureStatus lowest status of a response that counts as failure
 * @param routeAttributes attributes of a request in which frameworks store its route
 * @param user disclosure of the principal
 * @param session disclosure of the session; {@link Disclosure#PLAIN} is refused, because the id
 *     grants access to the session
 * @param joinCallers whether a request with {@code traceparent} continues the trace of the caller
 * @param answerTrace whether the response has a header {@code traceresponse} with the trace
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
      problems.add("session is plain, expected off or hashed: the id grants access to the session");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Every request is traced; 5xx are failures; principals by name, sessions hashed. */
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
   * These settings, changed by parameters.
   *
   * @param parameters values by name
   * @throws IllegalArgumentException naming all problems
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

  /** Parses parameters and collects all problems. */
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
          problems.add(name + " is not a setting, expected one of " + String.join(", ", known));
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
        problems.add(name + " is " + text + ", which is invalid");
        return otherwise;
      }
    }
  }
}
