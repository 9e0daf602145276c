package io.tracetide.client.text;

import io.tracetide.schemas.TraceError;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts a throwable to the contract's error within limits of length and time: only the part of
 * the stack that is kept is formatted. Methods of the exception are the application's code and may
 * throw.
 */
public final class ErrorText {

  private static final int MAX_MESSAGE = 4_096;
  private static final int MAX_STACK = 16_384;

  private ErrorText() {}

  public static TraceError of(@Nullable Throwable cause) {
    if (cause == null) {
      return new TraceError("", "", null);
    }
    String message = message(cause);
    return new TraceError(
        cause.getClass().getName(),
        message == null ? "" : Texts.cut(message, MAX_MESSAGE),
        stack(cause));
  }

  private static @Nullable String message(Throwable cause) {
    try {
      return cause.getMessage();
    } catch (RuntimeException brokenException) {
      return null;
    }
  }

  private static String stack(Throwable thrown) {
    StringBuilder text = new StringBuilder(1_024);
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Throwable next = thrown;
    String prefix = "";
    while (next != null && seen.add(next) && text.length() < MAX_STACK) {
      append(text, prefix, next);
      prefix = "Caused by: ";
      next = next.getCause();
    }
    return Texts.cut(text.toString(), MAX_STACK);
  }

  private static void append(StringBuilder text, String prefix, Throwable thrown) {
    text.append(prefix).append(thrown.getClass().getName());
    String message = message(thrown);
    if (message != null) {
      text.append(": ").append(Texts.cut(message, MAX_MESSAGE));
    }
    text.append('\n');
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (text.length() >= MAX_STACK) {
        return;
      }
      text.append("\tat ").append(frame).append('\n');
    }
  }
}
