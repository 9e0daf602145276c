package io.tracetide.processor.metric;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Units of metrics, which by convention end their names: {@code cpu_usage_percent}. */
public final class MetricUnit {
  private static final Map<String, String> UCUM =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("percent", "%"),
              Map.entry("ratio", "1"),
              Map.entry("seconds", "s"),
              Map.entry("ms", "ms"),
              Map.entry("milliseconds", "ms"),
              Map.entry("micros", "us"),
              Map.entry("microseconds", "us"),
              Map.entry("bytes", "By"),
              Map.entry("kb", "KiBy"),
              Map.entry("mb", "MiBy"),
              Map.entry("celsius", "Cel")));

  private MetricUnit() {}

  /** In UCUM notation; null when the name has no unit. */
  public static @Nullable String of(String metric) {
    String measured = metric.endsWith("_total") ? metric.substring(0, metric.length() - 6) : metric;
    int last = Math.max(measured.lastIndexOf('_'), measured.lastIndexOf('.'));
    return last < 0 ? null : UCUM.get(measured.substring(last + 1));
  }
}
