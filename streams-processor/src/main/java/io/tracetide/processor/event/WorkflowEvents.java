package io.tracetide.processor.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;

/**
 * The known types of workflow events in a span. They are compared as words: without regard to case,
 * and {@code -}, {@code _}, dots and spaces are equal.
 */
public final class WorkflowEvents {

  private static final byte[][] KNOWN =
      List.of("context_lifecycle", "plan_execution", "approval_workflow", "trace_milestone")
          .stream()
          .map(type -> type.getBytes(UTF_8))
          .toArray(byte[][]::new);

  private WorkflowEvents() {}

  /** The form in which words are compared: lower case, joined by underscores. */
  public static String word(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    StringBuilder word = new StringBuilder(lower.length());
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      word.append(c == '-' || c == ' ' || c == '.' ? '_' : c);
    }
    return word.toString();
  }

  /** Whether a text, as bytes of UTF-8, is one of the types. */
  static boolean isKnown(byte[] bytes, int start, int length) {
    int from = start;
    int to = start + length;
    while (from < to && isSpace(bytes[from])) {
      from++;
    }
    while (from < to && isSpace(bytes[to - 1])) {
      to--;
    }
    for (byte[] known : KNOWN) {
      if (known.length == to - from && isWord(known, bytes, from)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWord(byte[] word, byte[] bytes, int from) {
    for (int i = 0; i < word.length; i++) {
      if (word[i] != normalized(bytes[from + i])) {
        return false;
      }
    }
    return true;
  }

  private static int normalized(byte c) {
    if (c >= 'A' && c <= 'Z') {
      return c | 0x20;
    }
    return c == '-' || c == ' ' || c == '.' ? '_' : c;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
