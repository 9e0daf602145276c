package io.tracetide.gateway.format.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers in every form of JSON and Protobuf's JSON mapping: bare or quoted, with a fraction
 * of zeros, with an exponent.
 */
public final class WholeNumber {

  /** Every number of this many digits fits in 64 bits. */
  private static final int SAFE_DIGITS = 18;

  /** Digits of the largest unsigned number of 64 bits. */
  private static final int MOST_DIGITS = 20;

  /** Longer texts are not parsed: the cost grows with the square of the digits. */
  private static final int LONGEST = 100;

  private WholeNumber() {}

  /** A signed number of 64 bits; null when it is not a whole number, or does not fit. */
  public static @Nullable Long signed(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? node.longValue() : null;
    }
    return node.isNumber() || node.isTextual() ? signed(node.asText()) : null;
  }

  /** As {@link #signed(JsonNode)}, from text. */
  public static @Nullable Long signed(String text) {
    if (isDigits(text)) {
      return digits(text);
    }
    BigDecimal number = decimal(text);
    if (number == null) {
      return null;
    }
    try {
      return number.longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** An unsigned number of 64 bits, in a long; null when it is not whole, or does not fit. */
  public static @Nullable Long unsigned(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() && node.longValue() >= 0 ? node.longValue() : null;
    }
    return node.isNumber() || node.isTextual() ? unsigned(node.asText()) : null;
  }

  /** As {@link #unsigned(JsonNode)}, from text. */
  public static @Nullable Long unsigned(String text) {
    if (isDigits(text)) {
      return digits(text);
    }
    BigDecimal number = decimal(text);
    if (number == null || number.signum() < 0) {
      return null;
    }
    try {
      return Long.parseUnsignedLong(number.setScale(0).toPlainString());
    } catch (ArithmeticException | NumberFormatException e) {
      return null;
    }
  }

  /** A decimal number of at most {@value #MOST_DIGITS} digits before its point; else null. */
  private static @Nullable BigDecimal decimal(String text) {
    if (text.isEmpty() || text.length() > LONGEST || !looksLikeNumber(text)) {
      return null;
    }
    try {
      BigDecimal number = new BigDecimal(text);
      if (number.signum() == 0) {
        return BigDecimal.ZERO;
      }
      // An exponent may stand for billions of digits.
      long digits = (long) number.precision() - number.scale();
      return digits > 0 && digits <= MOST_DIGITS ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Keeps texts such as ISO-8601 times from costing an exception. */
  private static boolean looksLikeNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E') {
        return false;
      }
    }
    return true;
  }

  /** Whether the text is a number without a sign that cannot be too large. */
  private static boolean isDigits(String text) {
    int length = text.length();
    if (length == 0 || length > SAFE_DIGITS + 1) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    // Of 19 digits, all that begin with less than a nine fit.
    return length <= SAFE_DIGITS || text.charAt(0) < '9';
  }

  private static long digits(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }
}
