package io.tracetide.runtime.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The checks of one configuration record; all problems are reported at once.
 *
 * <pre>{@code
 * record WindowConfig(Duration size, int partitions) {
 *   WindowConfig {
 *     Checks.check().positive("size", size).range("partitions", partitions, 1, 1000).done();
 *   }
 * }
 * }</pre>
 */
public final class Checks {
  private final List<ConfigProblem> problems = new ArrayList<>();

  private Checks() {}

  public static Checks check() {
    return new Checks();
  }

  /** Limits are inclusive; {@link Long#MAX_VALUE} means no upper limit. */
  public Checks range(String key, long value, long lowest, long highest) {
    String expected =
        highest == Long.MAX_VALUE
            ? "a whole number, at least " + lowest
            : "a whole number from " + lowest + " to " + highest;
    return that(value >= lowest && value <= highest, key, value, expected);
  }

  /** Limits are inclusive; infinity means no upper limit. NaN is never in range. */
  public Checks range(String key, double value, double lowest, double highest) {
    String expected =
        highest == Double.POSITIVE_INFINITY
            ? "a number, at least " + lowest
            : "a number from " + lowest + " to " + highest;
    return that(value >= lowest && value <= highest, key, value, expected);
  }

  /** Limits are inclusive. */
  public Checks range(String key, Duration value, Duration lowest, Duration highest) {
    return that(
        value.compareTo(lowest) >= 0 && value.compareTo(highest) <= 0,
        key,
        value,
        "a duration from " + DurationFormat.print(lowest) + " to " + DurationFormat.print(highest));
  }

  public Checks positive(String key, Duration value) {
    return that(
        !value.isZero() && !value.isNegative(),
        key,
        value,
        "a duration longer than 0, such as 10s");
  }

  public Checks notBlank(String key, String value) {
    return that(!value.isBlank(), key, value, "a text that is not blank");
  }

  /**
   * The name must be one of those that are known; the nearest is suggested.
   *
   * @param what what is named, as it follows the word "expected"
   */
  public Checks known(String key, String name, Collection<String> known, String what) {
    if (!known.contains(name)) {
      problems.add(ConfigProblem.unknownName(key, name, known, what));
    }
    return this;
  }

  /**
   * Any other rule.
   *
   * @param expected valid values, as they follow the word "expected"
   */
  public Checks that(boolean ok, String key, Object value, String expected) {
    if (!ok) {
      String text = value instanceof Duration d ? DurationFormat.print(d) : String.valueOf(value);
      problems.add(new ConfigProblem(key, text, expected));
    }
    return this;
  }

  public void done() {
    if (!problems.isEmpty()) {
      throw new InvalidConfig(problems);
    }
  }
}
