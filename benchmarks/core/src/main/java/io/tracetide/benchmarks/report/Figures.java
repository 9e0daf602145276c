package io.tracetide.benchmarks.report;

import java.util.Locale;

/** Formats numbers for reports. */
public final class Figures {

  private Figures() {}

  /** Three significant digits; a dash for what is not a number. */
  public static String shortly(double value) {
    if (!Double.isFinite(value)) {
      return "-";
    }
    double magnitude = Math.abs(value);
    int decimals = magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  public static String whole(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,.0f", value) : "-";
  }

  /** A ratio, such as {@code 4.20x}. */
  public static String ratio(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%.2fx", value) : "-";
  }

  /** Bytes in MiB. */
  public static String mebibytes(double bytes) {
    return Double.isFinite(bytes) ? String.format(Locale.ROOT, "%,.0f", bytes / (1 << 20)) : "-";
  }
}
