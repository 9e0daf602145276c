package io.tracetide.runtime.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A type of a YAML scalar.
 *
 * @param name as in a reference table
 * @param expected valid values, as they follow the word "expected"
 * @param read empty if the text is not of this type
 */
record Scalar(String name, String expected, Function<String, Optional<Object>> read) {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Scalar INT =
      new Scalar(
          "int",
          "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE,
          number(Integer::valueOf));
  private static final Scalar LONG = new Scalar("long", "a whole number", number(Long::valueOf));
  private static final Scalar DOUBLE = new Scalar("double", "a number", Scalar::finite);
  private static final Scalar BOOLEAN = new Scalar("boolean", "true or false", Scalar::truth);

  private static final Map<Class<?>, Scalar> KNOWN =
      Map.ofEntries(
          Map.entry(String.class, new Scalar("string", "a text", Optional::of)),
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(
              Duration.class,
              new Scalar(
                  "duration",
                  "a duration such as 250ms, 10s, 5m, 2h, 30d or PT1M",
                  text -> DurationFormat.parse(text).map(Object.class::cast))),
          Map.entry(
              Secret.class, new Scalar("secret", "a text", text -> Optional.of(Secret.of(text)))),
          Map.entry(Path.class, new Scalar("path", "a file path", Scalar::path)),
          Map.entry(
              URI.class, new Scalar("uri", "an address such as http://host:80", Scalar::uri)));

  /** Empty if values of the type are not written as one scalar. */
  static Optional<Scalar> of(Class<?> type) {
    return type.isEnum() ? Optional.of(enumeration(type)) : Optional.ofNullable(KNOWN.get(type));
  }

  /** A value of a scalar type, as it would be written. */
  static String print(Object value) {
    if (value instanceof Duration duration) {
      return DurationFormat.print(duration);
    }
    if (value instanceof Enum<?> constant) {
      return printed(constant);
    }
    if (value instanceof Secret secret) {
      return secret.isPresent() ? secret.toString() : "";
    }
    return value instanceof String text && text.isEmpty() ? "\"\"" : value.toString();
  }

  private static Function<String, Optional<Object>> number(Function<String, Object> parse) {
    return text -> {
      try {
        return Optional.of(parse.apply(text.strip()));
      } catch (NumberFormatException notANumber) {
        return Optional.empty();
      }
    };
  }

  private static Optional<Object> finite(String text) {
    return Optional.of(text.strip())
        .filter(number -> NUMBER.matcher(number).matches())
        .map(Double::valueOf)
        .filter(Double::isFinite)
        .map(Object.class::cast);
  }

  private static Optional<Object> truth(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> Optional.of(true);
      case "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Object> path(String text) {
    try {
      return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  private static Optional<Object> uri(String text) {
    try {
      return Optional.of(new URI(text.strip())).filter(URI::isAbsolute).map(Object.class::cast);
    } catch (URISyntaxException notAnAddress) {
      return Optional.empty();
    }
  }

  private static Scalar enumeration(Class<?> type) {
    List<Enum<?>> constants =
        Arrays.stream(type.getEnumConstants())
            .<Enum<?>>map(constant -> (Enum<?>) constant)
            .toList();
    String choices = constants.stream().map(Scalar::printed).collect(Collectors.joining(", "));
    return new Scalar("one of " + choices, "one of " + choices, text -> named(constants, text));
  }

  private static Optional<Object> named(List<Enum<?>> constants, String text) {
    String wanted = text.strip().replace('-', '_');
    return constants.stream()
        .filter(constant -> constant.name().equalsIgnoreCase(wanted))
        .findFirst()
        .map(Object.class::cast);
  }

  private static String printed(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
