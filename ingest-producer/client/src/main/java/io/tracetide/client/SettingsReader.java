package io.tracetide.client;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads settings from properties and collects all problems. */
final class SettingsReader {

  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

  private final Map<String, String> properties;
  private final List<String> problems = new ArrayList<>();

  SettingsReader(Map<String, String> properties) {
    this.properties = properties;
  }

  /** The problems so far. */
  List<String> problems() {
    return problems;
  }

  void problem(String text) {
    problems.add(text);
  }

  String text(Setting setting) {
    String value = properties.getOrDefault(setting.property(), "").strip();
    return value.isEmpty() ? setting.absent() : value;
  }

  String required(Setting setting, String expected) {
    String value = text(setting);
    if (value.isEmpty()) {
      problem(
          "%s is not set (environment: %s), expected %s"
              .formatted(setting.property(), setting.variable(), expected));
    }
    return value;
  }

  long number(Setting setting, long least, long greatest) {
    return read(
        setting,
        "a whole number from " + least + " to " + greatest,
        least,
        text -> {
          long value = Long.parseLong(text);
          requireThat(value >= least && value <= greatest);
          return value;
        });
  }

  double fraction(Setting setting, double least, double greatest) {
    return read(
        setting,
        "a number from " + least + " to " + greatest,
        greatest,
        text -> {
          double value = Double.parseDouble(text);
          requireThat(value >= least && value <= greatest);
          return value;
        });
  }

  boolean flag(Setting setting) {
    return read(
        setting,
        "true or false",
        false,
        text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "true", "on" -> true;
              case "false", "off" -> false;
              default -> throw new IllegalArgumentException();
            });
  }

  Duration duration(Setting setting, Duration least, Duration greatest) {
    return read(
        setting,
        "a duration such as 500ms, 5s or PT5S, from %s %s"
            .formatted(least, greatest.equals(Sampling.NEVER) ? "on, or never" : "to " + greatest),
        greatest,
        text -> {
          Duration value = duration(text);
          requireThat(value.compareTo(least) >= 0 && value.compareTo(greatest) <= 0);
          return value;
        });
  }

  /** All properties with a prefix, which is removed. */
  Map<String, String> below(String prefix) {
    Map<String, String> found = new TreeMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(prefix) && name.length() > prefix.length()) {
            found.put(name.substring(prefix.length()), value.strip());
          }
        });
    return found;
  }

  /** Adds a problem for each property with the prefix that is not a setting. */
  void refuseUnknown() {
    new TreeMap<>(properties)
        .keySet().stream()
            .filter(name -> name.startsWith(Setting.PREFIX) && !isKnown(name))
            .forEach(name -> problem(name + " is not a setting"));
  }

  private static boolean isKnown(String name) {
    if (name.startsWith(Setting.KAFKA_PREFIX) || name.startsWith(Setting.SERIALIZER_PREFIX)) {
      return true;
    }
    for (Setting setting : Setting.values()) {
      if (setting.property().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private <T> T read(Setting setting, String expected, T instead, Function<String, T> parse) {
    String value = text(setting);
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      problem(setting.property() + " is " + value + ", expected " + expected);
      return instead;
    }
  }

  private static void requireThat(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException();
    }
  }

  private static Duration duration(String text) {
    Matcher matcher = SHORT_DURATION.matcher(text);
    if (!matcher.matches()) {
      return text.equals("never") ? Sampling.NEVER : Duration.parse(text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}
