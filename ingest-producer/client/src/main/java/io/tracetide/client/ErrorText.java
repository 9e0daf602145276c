package io.tracetide.client;

import io.tracetide.schemas.TraceError;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A throwable as the contract's error, within bounds. */
final class ErrorText {

  private static final int MAX_MESSAGE = 4_096;
  private static final int MAX_STACK = 16_384;

  private ErrorText() {}

  static TraceError of(Throwable cause) {
    String message = cause.getMessage();
    return new TraceError(
        cause.getClass().getName(), message == null ? "" : cut(message, MAX_MESSAGE), stack(cause));
  }

  private static String stack(Throwable cause) {
    StringWriter text = new StringWriter();
    cause.printStackTrace(new PrintWriter(text));
    return cut(text.toString(), MAX_STACK);
  }

  private static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }
}
