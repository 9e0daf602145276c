package io.tracetide.alert.channel.template;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tracetide.alert.channel.PlainText;

/** Escapers of values in templates, for {@link MessageTemplate#parse}. */
public final class Escapes {

  /**
   * Plain text of several lines. Controls and characters that change the text direction are
   * replaced.
   */
  public static String plain(String text) {
    return PlainText.lines(text, Integer.MAX_VALUE);
  }

  /** Text or a quoted attribute of HTML. */
  public static String html(String text) {
    String plain = plain(text);
    StringBuilder html = new StringBuilder(plain.length() + 16);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        case '`' -> html.append("&#96;");
        case '=' -> html.append("&#61;");
        default -> html.append(c);
      }
    }
    return html.toString();
  }

  /** The inside of a JSON string, without its quotes. The value is preserved exactly. */
  public static String json(String text) {
    return new String(JsonStringEncoder.getInstance().quoteAsString(text));
  }

  private Escapes() {}
}
