package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.channel.WebLink;
import io.tracetide.alert.channel.template.Escapes;
import io.tracetide.alert.decision.Severity;
import io.tracetide.alert.message.AlertDetails;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.MeasuredValue;
import io.tracetide.alert.message.TraceLink;

/**
 * The HTML of a mail. Styles are inline and the layout is made of tables, because mail programs
 * support little else. There are no scripts and no remote images. All texts are escaped, and links
 * are http or https.
 */
final class MailHtml {
  /** Content id of the chart. */
  static final String CHART_ID = "measures@tracetide";

  private static final int MAX_TEXT = 1_000;
  private static final String CELL = "padding:2px 12px 2px 0;text-align:left;";
  private static final String MUTED = "color:#5b6770;";

  private final StringBuilder html = new StringBuilder(4_096);

  private MailHtml() {}

  /**
   * The body.
   *
   * @param hasChart whether the mail has a part with the content id {@link #CHART_ID}
   */
  static String of(AlertMessage message, boolean hasChart) {
    return new MailHtml().write(message, hasChart);
  }

  private String write(AlertMessage message, boolean hasChart) {
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(text(message.title()))
        .append("</title></head>\n<body style=\"margin:0;padding:16px;background:#f4f5f7;")
        .append("font-family:Helvetica,Arial,sans-serif;font-size:14px;color:#1f2933;\">\n")
        .append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" width=\"100%\"")
        .append(" style=\"max-width:640px;margin:0 auto;background:#ffffff;border-top:4px solid ")
        .append(color(message))
        .append(";\"><tr><td style=\"padding:16px 20px;\">\n<h1 style=\"font-size:18px;")
        .append("margin:0 0 8px 0;\">")
        .append(text(message.title()))
        .append("</h1>\n");
    paragraph("", message.summary());
    paragraph(
        MUTED,
        "Reason: "
            + message.reason()
            + " · Severity: "
            + MailText.lower(message.severity())
            + " · Tenant: "
            + message.notification().getTenantId());
    if (hasChart) {
      html.append("<p style=\"margin:0 0 12px 0;\"><img src=\"cid:" + CHART_ID + "\" width=\"")
          .append(MeasureChart.WIDTH)
          .append("\" style=\"max-width:100%;\" alt=\"Observed and expected values\"></p>\n");
    }
    message.alerts().stream().limit(MailText.MAX_ALERTS).forEach(this::alert);
    if (MailText.more(message) > 0) {
      paragraph(MUTED, "and " + MailText.more(message) + " further alerts of the group");
    }
    html.append("<p style=\"margin:16px 0 0 0;\">");
    link("Dashboard", message.links().dashboard());
    link("Silence", message.links().silence());
    link("Acknowledge", message.links().acknowledge());
    return html.append("</p>\n</td></tr></table>\n</body></html>\n").toString();
  }

  private void alert(AlertDetails details) {
    html.append("<div style=\"border-top:1px solid #e4e7eb;padding:10px 0;\">\n");
    paragraph(
        "font-weight:bold;",
        details.alert().getStatus()
            + " ["
            + MailText.lower(details.severity())
            + "] "
            + details.summary());
    paragraph(MUTED, MailText.times(details.alert()));
    paragraph(MUTED + "font-size:12px;", MailText.labels(details.alert()));
    if (!details.measures().isEmpty()) {
      measures(details);
    }
    if (!details.traces().isEmpty() || !details.runbook().isEmpty()) {
      html.append("<p style=\"margin:0 0 8px 0;\">");
      details.traces().forEach(this::trace);
      link("Runbook", details.runbook());
      html.append("</p>\n");
    }
    html.append("</div>\n");
  }

  private void measures(AlertDetails details) {
    html.append("<table cellpadding=\"0\" cellspacing=\"0\" style=\"margin:0 0 8px 0;\"><tr>");
    for (String heading : new String[] {"Measure", "Observed", "Expected"}) {
      html.append("<th style=\"" + CELL + MUTED + "\">").append(heading).append("</th>");
    }
    html.append("</tr>\n");
    for (MeasuredValue measure : details.measures()) {
      html.append("<tr>");
      cell(measure.feature());
      cell(MeasuredValue.number(measure.observed()));
      cell(
          measure.expected().isPresent()
              ? MeasuredValue.number(measure.expected().getAsDouble())
              : "");
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private void cell(String content) {
    html.append("<td style=\"" + CELL + "\">").append(text(content)).append("</td>");
  }

  private void trace(TraceLink trace) {
    String name = "Trace (" + trace.kind() + ")";
    if (WebLink.of(trace.url()).isPresent()) {
      link(name, trace.url());
    } else {
      html.append(text(name + ": " + trace.traceId())).append("<br>\n");
    }
  }

  private void paragraph(String style, String content) {
    html.append("<p style=\"margin:0 0 8px 0;")
        .append(style)
        .append("\">")
        .append(text(content))
        .append("</p>\n");
  }

  private void link(String name, String url) {
    WebLink.of(url)
        .ifPresent(
            safe ->
                html.append("<a href=\"")
                    .append(Escapes.html(safe))
                    .append("\" style=\"color:#1a56db;margin-right:16px;\">")
                    .append(text(name))
                    .append("</a>\n"));
  }

  private static String color(AlertMessage message) {
    if (!message.isFiring()) {
      return "#2f9e44";
    }
    return color(message.severity());
  }

  private static String color(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "#c92a2a";
      case HIGH -> "#e8590c";
      case MEDIUM -> "#f08c00";
      case LOW -> "#1971c2";
    };
  }

  private static String text(String text) {
    return Escapes.html(PlainText.oneLine(text, MAX_TEXT));
  }
}
