package io.tracetide.alert.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.tracetide.alert.message.SignedAction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Pages of links in messages: HTML without scripts and styles, in which every text is escaped. */
final class ActionPage {
  private static final String POLICY =
      "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private ActionPage() {}

  /** The page that shows what the button will do. */
  static HttpResponse form(SignedAction action, String token) {
    StringBuilder html = new StringBuilder(1_024);
    boolean silence = action.purpose() == SignedAction.Purpose.SILENCE;
    html.append(
        silence
            ? "<p>Alerts with these labels will not be notified:</p>"
            : "<p>These alerts will be acknowledged, so that they are not repeated and not"
                + " escalated:</p>");
    subject(html, action);
    html.append("<form method=\"post\"><input type=\"hidden\" name=\"token\" value=\"")
        .append(escape(token))
        .append("\">");
    if (silence) {
      html.append("<p><label>For <select name=\"duration\"><option value=\"1h\">1 hour</option>")
          .append("<option value=\"4h\" selected>4 hours</option>")
          .append("<option value=\"24h\">24 hours</option></select></label></p>");
    }
    html.append("<p><label>Your name <input name=\"by\" maxlength=\"100\"></label></p>")
        .append("<p><button type=\"submit\">")
        .append(silence ? "Silence" : "Acknowledge")
        .append("</button></p></form>");
    return page(HttpStatus.OK, silence ? "Silence alerts" : "Acknowledge alerts", html.toString());
  }

  private static void subject(StringBuilder html, SignedAction action) {
    html.append("<ul><li>tenant: ").append(escape(action.tenant())).append("</li>");
    for (Map.Entry<String, String> label : new TreeMap<>(action.labels()).entrySet()) {
      html.append("<li>")
          .append(escape(label.getKey()))
          .append(" = ")
          .append(escape(label.getValue()))
          .append("</li>");
    }
    for (String fingerprint : action.fingerprints()) {
      html.append("<li>alert ").append(escape(fingerprint)).append("</li>");
    }
    html.append("</ul>");
  }

  /** A page with one sentence. */
  static HttpResponse text(HttpStatus status, String title, String sentence) {
    return page(status, title, "<p>" + escape(sentence) + "</p>");
  }

  private static HttpResponse page(HttpStatus status, String title, String body) {
    String html =
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"robots\" content=\"noindex\"><title>"
            + escape(title)
            + "</title></head><body><h1>"
            + escape(title)
            + "</h1>"
            + body
            + "</body></html>";
    ResponseHeaders headers =
        ResponseHeaders.builder(status)
            .contentType(MediaType.HTML_UTF_8)
            .set(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            // The address has the token.
            .set(HttpHeaderNames.REFERRER_POLICY, "no-referrer")
            .build();
    return HttpResponse.of(headers, HttpData.wrap(html.getBytes(StandardCharsets.UTF_8)));
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
