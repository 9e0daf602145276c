package io.tracetide.gateway.otlp;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.function.Predicate;

/**
 * Writes an attribute's array or map as JSON text, for tags hold text. Stops growing a little
 * beyond its limit, where the text will be cut anyway. What stands under the name of a secret is
 * left out.
 */
final class ValueText {

  /** Arrays and maps within each other; deeper ones are written as null. */
  static final int MAX_DEPTH = 16;

  private final StringBuilder json = new StringBuilder();
  private static final int NOTHING = -1;

  private final int maxLength;
  private final Predicate<String> hides;
  private boolean first = true;

  /** Arrays and maps that are open within a hidden value; 0 before it begins. */
  private int hidden = NOTHING;

  ValueText(int maxLength, Predicate<String> hides) {
    this.maxLength = maxLength;
    this.hides = hides;
  }

  boolean isFull() {
    return json.length() > maxLength;
  }

  void open(char bracket) {
    if (hidden >= 0) {
      hidden++;
      return;
    }
    separate();
    json.append(bracket);
    first = true;
  }

  void close(char bracket) {
    if (hidden > 0) {
      hidden = hidden == 1 ? NOTHING : hidden - 1;
      return;
    }
    json.append(bracket);
    first = false;
  }

  void key(String key) {
    if (hidden > 0) {
      return;
    }
    separate();
    quote(key);
    json.append(':');
    first = true;
    if (hides.test(key)) {
      text("[secret]");
      hidden = 0;
    }
  }

  void text(String value) {
    if (isHidden()) {
      return;
    }
    separate();
    quote(value);
  }

  /** A number; JSON has no literal for what is not finite, so that becomes text. */
  void number(double value) {
    if (Double.isFinite(value)) {
      literal(Double.toString(value));
    } else {
      text(Double.toString(value));
    }
  }

  /** An integer, true, false or null. */
  void literal(String value) {
    if (isHidden()) {
      return;
    }
    separate();
    json.append(value);
  }

  /** Whether a value that is neither array nor map is, or is part of, one that is hidden. */
  private boolean isHidden() {
    if (hidden == 0) {
      hidden = NOTHING;
      return true;
    }
    return hidden > 0;
  }

  private void separate() {
    if (!first) {
      json.append(',');
    }
    first = false;
  }

  private void quote(String value) {
    json.append('"');
    JsonStringEncoder.getInstance().quoteAsString(value, json);
    json.append('"');
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
