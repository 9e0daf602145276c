package io.tracetide.processor.detection.gauge;

import io.tracetide.processor.anomaly.AnomalyValues;
import io.tracetide.processor.metric.MetricUnit;
import io.tracetide.processor.window.ValueKind;

/** Formats values of metrics with their units. */
final class GaugeText {

  private static final String[] LARGER_BYTES = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final double STEP = 1_000;
  private static final double KIBI = 1_024;

  private GaugeText() {}

  /**
   * A value, as {@code 87.5 %}, {@code 1.25 GB} or {@code 12.3/s}.
   *
   * @param unit in UCUM notation; empty when it is derived from the name
   */
  static String of(double value, String metric, String unit, ValueKind kind) {
    String rate = kind == ValueKind.COUNTER ? "/s" : "";
    String derived = unit.isEmpty() ? MetricUnit.of(metric) : unit;
    return switch (derived == null ? "1" : derived) {
      case "1" -> AnomalyValues.number(value) + rate;
      case "By" -> bytes(value) + rate;
      case "KiBy" -> bytes(value * KIBI) + rate;
      case "MiBy" -> bytes(value * KIBI * KIBI) + rate;
      case "us" -> AnomalyValues.number(value) + " µs" + rate;
      case "Cel" -> AnomalyValues.number(value) + " °C" + rate;
      default -> AnomalyValues.number(value) + annotated(String.valueOf(derived)) + rate;
    };
  }

  /** An annotation such as {@code {thread}} is a noun and not a unit: it is left out. */
  private static String annotated(String unit) {
    return unit.startsWith("{") ? "" : " " + unit;
  }

  private static String bytes(double value) {
    double scaled = value;
    int larger = 0;
    while (Math.abs(scaled) >= STEP && larger < LARGER_BYTES.length - 1) {
      scaled /= STEP;
      larger++;
    }
    return AnomalyValues.number(scaled) + " " + LARGER_BYTES[larger];
  }
}
