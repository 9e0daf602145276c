package io.tracetide.processor.anomaly;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Formats numbers for summaries: three significant digits and a suitable unit. */
public final class AnomalyValues {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private AnomalyValues() {}

  /** A duration, as {@code 85 µs}, {@code 412 ms} or {@code 1.25 s}. */
  public static String millis(double millis) {
    if (Double.isNaN(millis)) {
      return "unknown";
    }
    if (millis < 0.9995) {
      return number(millis * 1_000) + " µs";
    }
    return millis < 999.5 ? number(millis) + " ms" : number(millis / 1_000) + " s";
  }

  /** Spans per second, as {@code 12.3/s}. */
  public static String perSecond(double rate) {
    return number(rate) + "/s";
  }

  /** A share in percent, as {@code 0.4 %}. */
  public static String percent(double percent) {
    return number(percent) + " %";
  }

  /** A duration of any length: below 10 s as {@link #millis}, then as {@link #lasting}. */
  public static String duration(long micros) {
    return micros < 10_000_000 ? millis(micros / 1_000.0) : lasting(micros / 1_000);
  }

  /**
   * A duration above its limit, as {@code 31 s, at most 30 s is allowed}. If both would be the same
   * text, they have more digits, as in {@code 20.1 s, at most 20 s is allowed}.
   */
  public static String overLimit(long micros, long limitMicros) {
    String value = duration(micros);
    String limit = duration(limitMicros);
    for (int decimals = 0; value.equals(limit) && decimals <= 6; decimals++) {
      value = precise(micros, decimals);
      limit = precise(limitMicros, decimals);
    }
    return "%s, at most %s is allowed".formatted(value, limit);
  }

  /** All units of a duration, with decimals of the smallest one. */
  private static String precise(long micros, int decimals) {
    if (micros < 1_000_000) {
      return decimal(micros, 3, decimals) + " ms";
    }
    long minutes = micros / 60_000_000;
    String hours = minutes < 60 ? "" : minutes / 60 + " h ";
    String rest = minutes == 0 ? "" : minutes % 60 + " min ";
    return hours + rest + decimal(micros % 60_000_000, 6, decimals) + " s";
  }

  /** A decimal number, cut and not rounded, so that no second is the sixtieth. */
  private static String decimal(long unscaled, int scale, int decimals) {
    return BigDecimal.valueOf(unscaled, scale)
        .setScale(decimals, RoundingMode.DOWN)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** A long duration, as {@code 50 s}, {@code 4 min 20 s} or {@code 3 h 5 min}. */
  public static String lasting(long millis) {
    long seconds = millis / 1_000;
    if (seconds < 60) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
    }
    return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
  }

  /** A window, as {@code (window 12:00:10 UTC)} with a leading space; nothing if unknown. */
  public static String window(Snapshot snapshot) {
    return snapshot.isKnown()
        ? " (window %s UTC)".formatted(CLOCK.format(Instant.ofEpochMilli(snapshot.startMs())))
        : "";
  }

  /** Three significant digits, without an exponent and without trailing zeros. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return "unknown";
    }
    if (size < 0.0005) {
      return "0";
    }
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return trimmed(String.format(Locale.ROOT, "%." + decimals + "f", value));
  }

  private static String trimmed(String digits) {
    int end = digits.length();
    if (digits.indexOf('.') < 0) {
      return digits;
    }
    while (digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, digits.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
