package io.tracetide.alert.channel.slack;

import io.tracetide.alert.channel.PlainText;
import java.util.regex.Pattern;

/**
 * Escapes data for Slack. The characters with which mentions and links begin and end are entities;
 * a zero-width space separates the sign of a mention from its word.
 */
final class SlackText {
  private static final String ELLIPSIS = "…";
  private static final Pattern MENTION =
      Pattern.compile("@(?=(?:channel|here|everyone|group)\\b)", Pattern.CASE_INSENSITIVE);

  /** Delimiters of bold, italic, struck and code text, by letters of the same look. */
  private static final String MARKUP = "*~`";

  private static final String LOOK_ALIKES = "\u2217\u223C\u02CB";

  /**
   * Data for a text in which Slack parses no markup, cut to a limit after escaping.
   *
   * @param limit in characters, at least 1
   */
  static String plain(String text, int limit) {
    String whole = entities(defused(PlainText.lines(text, Integer.MAX_VALUE)));
    return whole.length() <= limit ? whole : cut(whole, limit);
  }

  /** Data for a template in mrkdwn: markup has no effect either. */
  static String mrkdwn(String text) {
    String plain = defused(PlainText.lines(text, Integer.MAX_VALUE));
    StringBuilder safe = new StringBuilder(plain.length() + 8);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      int markup = MARKUP.indexOf(c);
      if (markup >= 0) {
        safe.append(LOOK_ALIKES.charAt(markup));
      } else if (c == '_' && !(isWord(plain, i - 1) && isWord(plain, i + 1))) {
        safe.append('\u02CD');
      } else if (c == '>' && (i == 0 || plain.charAt(i - 1) == '\n')) {
        safe.append('\u203A');
      } else {
        safe.append(c);
      }
    }
    return entities(safe.toString());
  }

  private static String defused(String text) {
    return MENTION.matcher(text).replaceAll("@\u200B");
  }

  private static boolean isWord(String text, int index) {
    return index >= 0 && index < text.length() && Character.isLetterOrDigit(text.charAt(index));
  }

  private static String entities(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Cuts neither an entity nor a surrogate pair. */
  private static String cut(String escaped, int limit) {
    int end = limit - ELLIPSIS.length();
    int entity = escaped.lastIndexOf('&', end - 1);
    if (entity >= 0 && escaped.indexOf(';', entity) >= end) {
      end = entity;
    }
    if (end > 0 && Character.isHighSurrogate(escaped.charAt(end - 1))) {
      end--;
    }
    return escaped.substring(0, end) + ELLIPSIS;
  }

  private SlackText() {}
}
