package io.tracetide.schemas.mapping;

import java.util.function.Predicate;

/**
 * Writes an attribute's array or map as JSON text, because tags hold text. The text stops a little
 * after its limit, where it is cut later. Values under secret names are left out.
 */
public final class ValueText {

  /** Greatest nesting of arrays and maps; deeper ones are written as null. */
  public static final int MAX_DEPTH = 16;

  private static final int NOTHING = -1;
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private final StringBuilder json = new StringBuilder();

  private final int maxLength;
  private final Predicate<String> hides;
  private boolean first = true;

  /** Number of open arrays and maps within a hidden value; 0 before it begins. */
  private int hidden = NOTHING;

  /**
   * An empty text.
   *
   * @param hides whether the value under a name is secret
   */
  public ValueText(int maxLength, Predicate<String> hides) {
    this.maxLength = maxLength;
    this.hides = hides;
  }

  public boolean isFull() {
    return json.length() > maxLength;
  }

  public void open(char bracket) {
    if (hidden >= 0) {
      hidden++;
      return;
    }
    separate();
    json.append(bracket);
    first = true;
  }

  public void close(char bracket) {
    if (hidden > 0) {
      hidden = hidden == 1 ? NOTHING : hidden - 1;
      return;
    }
    json.append(bracket);
    first = false;
  }

  public void key(String key) {
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

  public void text(String value) {
    if (isHidden()) {
      return;
    }
    separate();
    quote(value);
  }

  /**
   * Writes a number; one that is not finite is written as text, because JSON has no literal for it.
   */
  public void number(double value) {
    if (Double.isFinite(value)) {
      literal(Double.toString(value));
    } else {
      text(Double.toString(value));
    }
  }

  /** Writes an integer, true, false or null. */
  public void literal(String value) {
    if (isHidden()) {
      return;
    }
    separate();
    json.append(value);
  }

  /** Whether a value that is neither array nor map is hidden or part of a hidden one. */
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
    for (int i = 0; i < value.length(); i++) {
      append(value.charAt(i));
    }
    json.append('"');
  }

  private void append(char c) {
    switch (c) {
      case '"', '\\' -> json.append('\\').append(c);
      case '\n' -> json.append("\\n");
      case '\r' -> json.append("\\r");
      case '\t' -> json.append("\\t");
      case '\b' -> json.append("\\b");
      case '\f' -> json.append("\\f");
      default -> {
        if (c < ' ') {
          json.append("\\u00").append(HEX[c >>> 4]).append(HEX[c & 0xF]);
        } else {
          json.append(c);
        }
      }
    }
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
