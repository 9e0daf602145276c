package io.tracetide.alert.channel.teams;

import io.tracetide.alert.channel.PlainText;

/** Escapes data for the text of a {@code TextBlock}, which has a subset of Markdown. */
final class TeamsText {
  private static final String MARKUP = "\\`*_{}[]()#+-.!|~:";

  /**
   * Data for Markdown: a backslash before punctuation, that of addresses included, so that they do
   * not become links; entities for the characters of HTML.
   */
  static String markdown(String text) {
    String plain = PlainText.lines(text, Integer.MAX_VALUE);
    StringBuilder safe = new StringBuilder(plain.length() + 16);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        default -> {
          if (MARKUP.indexOf(c) >= 0) {
            safe.append('\\');
          }
          safe.append(c);
        }
      }
    }
    return safe.toString();
  }

  private TeamsText() {}
}
