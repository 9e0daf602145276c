package io.tracetide.gateway.otlp;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/**
 * Writes an attribute's array or map as JSON text, for tags hold text. Stops growing a little
 * beyond its limit, where the text will be cut anyway.
 */
final class ValueText {

  /** Arrays and maps within each other; deeper ones are written as null. */
  static final int MAX_DEPTH = 16;

  private final StringBuilder json = new StringBuilder();
  private final int maxLength;
  private boolean first = true;

  ValueText(int maxLength) {
    this.maxLength = maxLength;
  }

  boolean isFull() {
    return json.length() > maxLength;
  }

  void open(char bracket) {
    separate();
    json.append(bracket);
    first = true;
  }

  void close(char bracket) {
    json.append(bracket);
    first = false;
  }

  void key(String key) {
    separate();
    quote(key);
    json.append(':');
    first = true;
  }

  void text(String value) {
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
    separate();
    json.append(value);
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
