package io.tracetide.instrumentation.servlet;

/**
 * Template of a path without a known route: a placeholder replaces every segment that looks like an
 * identifier. Paths may contain personal data and session ids, so only plain words are kept; the
 * processor applies its own templates afterwards.
 */
final class PathTemplate {

  private static final int MAX_SEGMENTS = 8;
  private static final int MAX_WORD = 32;
  private static final int MAX_DIGITS = 3;
  private static final String PLACEHOLDER = "{id}";

  private PathTemplate() {}

  /** The template of the path in a request line, without a query. */
  static String of(String path) {
    StringBuilder template = new StringBuilder(path.length());
    int segments = 0;
    int from = 0;
    while (from < path.length()) {
      int start = path.charAt(from) == '/' ? from + 1 : from;
      int next = path.indexOf('/', start);
      int end = next < 0 ? path.length() : next;
      if (++segments > MAX_SEGMENTS) {
        return template.append("/**").toString();
      }
      template.append('/');
      appendSegment(path, start, end, template);
      from = end;
    }
    return template.isEmpty() ? "/" : template.toString();
  }

  /** Removes path parameters such as {@code ;jsessionid=}. */
  private static void appendSegment(String path, int start, int end, StringBuilder template) {
    int parameters = path.indexOf(';', start);
    int to = parameters >= 0 && parameters < end ? parameters : end;
    if (isWord(path, start, to)) {
      template.append(path, start, to);
    } else {
      template.append(PLACEHOLDER);
    }
  }

  private static boolean isWord(String path, int from, int to) {
    if (to - from > MAX_WORD) {
      return false;
    }
    int run = 0;
    boolean letters = false;
    for (int i = from; i < to; i++) {
      char c = path.charAt(i);
      if (c >= '0' && c <= '9') {
        if (++run > MAX_DIGITS) {
          return false;
        }
        continue;
      }
      run = 0;
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      letters |= letter;
      if (!letter && c != '-' && c != '_' && c != '.' && c != '~') {
        return false;
      }
    }
    return letters || from == to;
  }
}
