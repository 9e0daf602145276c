package io.tracetide.alert.channel.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.message.AlertMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTemplateTest {
  private static final AlertMessage MESSAGE = message("p95 is <b>840 ms</b> & \"high\" {{tenant}}");

  private final List<String> failures = new ArrayList<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{status}} {{severity}} {{reason}} {{tenant}} | firing high first notification default",
        "{{receiver}} {{notificationId}} {{omitted}} | ops ops/fp/1 0",
        "{{#alerts}}{{labels.service}}: {{labels.operation}}{{/alerts}} | checkout: POST /pay",
        "{{#alerts}}{{startsAt}} {{^endsAt}}open{{/endsAt}}{{/alerts}} | 2026-03-01T10:00:00Z open",
        "{{#alerts}}{{#measures}}{{feature}}={{observed}}/{{expected}}{{^-last}},{{/-last}}"
            + "{{/measures}}{{/alerts}} | errorRatePercent=12.5/,p95Ms=840/120",
        "{{#alerts}}{{#traces}}{{kind}} {{traceId}}{{/traces}}{{/alerts}}"
            + " | slowest 4bf92f3577b34da6a3ce929d0e0e4736",
        "{{#alerts}}{{#labels}}{{service}}{{/labels}}{{labels.absent}}{{/alerts}} | checkout",
        "{{#omitted}}and more{{/omitted}}{{^omitted}}all{{/omitted}} | all",
        "{{#links.dashboard}}yes{{/links.dashboard}}{{^links.dashboard}}no{{/links.dashboard}}"
            + " | no",
        "{{#firing}}on{{/firing}} | on",
      })
  void shouldRenderTheNamesOfAMessage(String template, String expected) {
    assertThat(render(template, Escapes::plain)).isEqualTo(expected);
  }

  @Test
  void shouldListLabels() {
    assertThat(
            render(
                "{{#alerts}}{{#labels.entrySet}}{{key}}={{value}};{{/labels.entrySet}}{{/alerts}}",
                Escapes::plain))
        .contains("service=checkout;")
        .contains("severity=high;");
  }

  @Test
  void shouldEscapeValuesInTripleBracesToo() {
    String html = "p95 is &lt;b&gt;840 ms&lt;/b&gt; &amp; &quot;high&quot; {{tenant}}";
    assertThat(render("<i>{{summary}}</i>", Escapes::html)).isEqualTo("<i>" + html + "</i>");
    assertThat(render("{{{summary}}}", Escapes::html)).isEqualTo(html);
    assertThat(render("{{&summary}}", Escapes::html)).isEqualTo(html);
    assertThat(render("{\"a\": \"{{summary}}\"}", Escapes::json))
        .isEqualTo("{\"a\": \"p95 is <b>840 ms</b> & \\\"high\\\" {{tenant}}\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{#alerts}}",
        "{{#alerts}}{{/links}}",
        "{{/alerts}}",
        "{{sumary}}",
        "{{#alerts}}{{lables.service}}{{/alerts}}",
        "{{alerts.class}}",
        "{{#links}}{{dash}}{{/links}}",
        "{{> other}}",
        "{{< other}}{{/other}}",
      })
  void shouldRefuseInvalidTemplates(String template) {
    assertThat(MessageTemplate.problem(template)).isPresent();
    assertThatThrownBy(() -> MessageTemplate.parse("subject", template, Escapes::plain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("subject: ");
  }

  @Test
  void shouldNameTheLineOfASyntaxError() {
    assertThat(MessageTemplate.problem("a\nb\n{{#alerts}}"))
        .hasValueSatisfying(problem -> assertThat(problem).contains("line 3"));
  }

  @Test
  void shouldReportATextThatIsTooLongWithoutItsData() {
    MessageTemplate template = MessageTemplate.parse("body", "{{summary}}", Escapes::plain, 10);

    assertThat(template.render(MESSAGE, (name, why) -> failures.add(name + ": " + why))).isEmpty();
    assertThat(failures).containsExactly("body: the text would have more than 10 characters");
  }

  @Test
  void shouldReplaceControlsInPlainText() {
    assertThat(Escapes.plain("a\r\nb\tc\u001b[31m\u202ed\u0000"))
        .isEqualTo("a\nb\tc\uFFFD[31m\uFFFDd\uFFFD");
  }

  private String render(String text, UnaryOperator<String> escape) {
    return MessageTemplate.parse("test", text, escape)
        .render(MESSAGE, (name, why) -> failures.add(why))
        .orElseThrow();
  }

  private static AlertMessage message(String summary) {
    return Messages.of(
        Notifications.of("ops", 1, Anomalies.open("fp").setSummary(summary).build()));
  }
}
