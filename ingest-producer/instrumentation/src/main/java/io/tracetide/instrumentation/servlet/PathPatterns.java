package io.tracetide.instrumentation.servlet;

import java.util.List;

/** Paths as web.xml describes them: {@code /exact}, {@code /below/*}, {@code *.extension}. */
record PathPatterns(List<String> patterns) {

  PathPatterns {
    patterns = List.copyOf(patterns);
  }

  /** Whether a pattern can match anything. */
  static boolean isPattern(String pattern) {
    int star = pattern.indexOf('*');
    if (pattern.startsWith("*.")) {
      return pattern.length() > 2 && pattern.indexOf('*', 1) < 0 && pattern.indexOf('/') < 0;
    }
    return pattern.startsWith("/")
        && (star < 0 || (star == pattern.length() - 1 && pattern.endsWith("/*")));
  }

  boolean match(String path) {
    for (String pattern : patterns) {
      if (matches(pattern, path)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(String pattern, String path) {
    if (pattern.startsWith("*")) {
      return path.endsWith(pattern.substring(1));
    }
    if (pattern.endsWith("/*")) {
      int length = pattern.length() - 2;
      return path.startsWith(pattern.substring(0, length))
          && (path.length() == length || path.charAt(length) == '/');
    }
    return path.equals(pattern);
  }
}
