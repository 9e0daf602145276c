package io.tracetide.instrumentation.micrometer;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.NamingConvention;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Metric names in the form of the processor: words joined by underscores, the last of which is the
 * unit or, for counters, {@code total}.
 */
enum MetricNames implements NamingConvention {
  WITH_UNITS;

  private static final String TOTAL = "_total";

  /** The name reserved by the processor for the durations of spans. */
  private static final String TAKEN = "latency";

  @Override
  public String name(String name, Meter.Type type, @Nullable String baseUnit) {
    String words = words(name);
    return switch (type) {
      case COUNTER -> withUnit(without(words, TOTAL), baseUnit) + TOTAL;
      case TIMER, LONG_TASK_TIMER -> withUnit(words, "seconds");
      case GAUGE, DISTRIBUTION_SUMMARY, OTHER -> untaken(withUnit(words, baseUnit));
    };
  }

  @Override
  public String tagKey(String key) {
    return words(key);
  }

  private static String withUnit(String words, @Nullable String unit) {
    String suffix = unit == null || unit.isEmpty() ? "" : '_' + words(unit);
    return words.endsWith(suffix) ? words : words + suffix;
  }

  private static String without(String words, String suffix) {
    return words.endsWith(suffix) ? words.substring(0, words.length() - suffix.length()) : words;
  }

  private static String untaken(String words) {
    return words.equals(TAKEN) ? TAKEN + "_value" : words;
  }

  /** {@code http.serverRequests} as {@code http_server_requests}. */
  private static String words(String name) {
    StringBuilder words = new StringBuilder(name.length() + 4);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        if (i > 0 && Character.isLowerCase(name.charAt(i - 1))) {
          words.append('_');
        }
        words.append(Character.toLowerCase(c));
      } else {
        words.append(Character.isLetterOrDigit(c) ? c : '_');
      }
    }
    return words.toString().toLowerCase(Locale.ROOT);
  }

  /** The UCUM code of a unit of Micrometer. */
  static String ucum(@Nullable String unit) {
    if (unit == null) {
      return "";
    }
    return switch (unit) {
      case "seconds" -> "s";
      case "milliseconds", "ms" -> "ms";
      case "microseconds" -> "us";
      case "nanoseconds", "ns" -> "ns";
      case "bytes" -> "By";
      case "kilobytes" -> "kBy";
      case "megabytes" -> "MBy";
      case "percent" -> "%";
      case "ratio" -> "1";
      default -> '{' + unit + '}';
    };
  }
}
