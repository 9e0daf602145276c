package io.tracetide.alert.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.alert.Anomalies;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.InjectionCorpus;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlackMessageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Everything that Slack parses in escaped text: links, mentions and dates. */
  private static final Pattern SPECIAL = Pattern.compile("<[^>]*>");

  private static final Pattern MENTION =
      Pattern.compile("@(channel|here|everyone)\\b", Pattern.CASE_INSENSITIVE);

  private final List<String> failures = new ArrayList<>();

  @Test
  void shouldShowTheMessage() throws Exception {
    JsonNode request = render("", false, InjectionCorpus.harmless());

    assertThat(request.get("text").asText()).startsWith("[FIRING:1] ").endsWith("\nzqx");
    JsonNode blocks = request.get("blocks");
    assertThat(blocks.findValuesAsText("type")).contains("header", "section", "context");
    assertThat(blocks.at("/0/text/text").asText()).startsWith("🟠 [FIRING:1] ");
    assertThat(blocks.at("/1/text/text").asText()).isEqualTo("zqx");
    assertThat(blocks.at("/2/fields/1/text").asText()).isEqualTo("p95Ms\n840 (expected 120)");
    assertThat(specials(request))
        .containsExactly(
            "<!date^1772359200^{date_short_pretty} {time_secs}|2026-03-01T10:00:00Z>",
            "<https://tracetide.example/trace/4bf92f3577b34da6a3ce929d0e0e4736|slowest trace>",
            "<https://tracetide.example/ui?a=1&amp;b=2|Dashboard>",
            "<https://tracetide.example/silence?t=1|Silence>",
            "<https://tracetide.example/ack?t=2|Acknowledge>",
            "<https://runbooks.example/latency|Runbook>");
  }

  @Test
  void shouldNotOfferToSilenceWhatIsResolved() throws Exception {
    JsonNode request = render("", false, Messages.of(Notifications.resolved("ops", "fp", 2)));

    assertThat(request.at("/blocks/0/text/text").asText()).startsWith("✅ [RESOLVED] ");
    assertThat(request.toString()).contains(" until <!date^").doesNotContain("Silence");
  }

  @Test
  void shouldHaveABarInTheColourOfTheSeverity() throws Exception {
    JsonNode request = render("", true, InjectionCorpus.harmless());

    assertThat(request.has("blocks")).isFalse();
    assertThat(request.at("/attachments/0/color").asText()).isEqualTo("#E65100");
    assertThat(request.at("/attachments/0/blocks/0/type").asText()).isEqualTo("section");
    assertThat(request.get("text").asText()).startsWith("🟠 [FIRING:1] ");
  }

  @Test
  void shouldShowTheTextOfATemplate() throws Exception {
    JsonNode request =
        render("*{{severity}}* <!here> {{summary}}", false, message(1, "a *b* <!here> _c_ d_e"));

    assertThat(request.at("/blocks/1/text/type").asText()).isEqualTo("mrkdwn");
    assertThat(request.at("/blocks/1/text/text").asText())
        .isEqualTo("*high* <!here> a \u2217b\u2217 &lt;!here&gt; \u02CDc\u02CD d_e");
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldShowTheBuiltInTextWhenTheTemplateFails() throws Exception {
    String long200 = "{{summary}}".repeat(200);

    JsonNode request = render(long200, false, message(1, "x".repeat(100)));

    assertThat(request.at("/blocks/1/text/text").asText()).isEqualTo("x".repeat(100));
    assertThat(failures).containsExactly("template: the text would have more than 3000 characters");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 10, 11, 100})
  void shouldKeepTheLimitsOfSlack(int alerts) throws Exception {
    for (String summary : List.of("x", "&<>".repeat(2_000), "\uD83D\uDE00".repeat(3_000))) {
      JsonNode request = render("", false, message(alerts, summary));

      assertThat(request.toString().length()).isLessThanOrEqualTo(SlackMessage.MAX_CHARACTERS);
      assertThat(request.get("blocks").size()).isBetween(2, 50);
      assertThat(request.get("text").asText()).isNotBlank();
      for (JsonNode block : request.get("blocks")) {
        String text = block.at("/text/text").asText("");
        assertThat(text.length())
            .isLessThanOrEqualTo(block.get("type").asText().equals("header") ? 150 : 3_000);
        assertThat(block.path("fields").size()).isLessThanOrEqualTo(10);
        block
            .path("fields")
            .forEach(field -> assertThat(field.get("text").asText()).hasSizeLessThan(2_000));
        assertThat(block.path("elements").size()).isLessThanOrEqualTo(10);
      }
      assertThat(request.toString()).doesNotContain("&a…", "&am…", "&amp…", "\uFFFD");
      int shown = (int) request.toString().split("since <!date", -1).length - 1;
      if (shown < alerts) {
        assertThat(request.toString()).contains("and " + (alerts - shown) + " more");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRenderNoInjection(InjectionCorpus.Case each) throws Exception {
    for (boolean colorBar : new boolean[] {false, true}) {
      assertInert(render("", colorBar, each.message()), each);
    }
    assertInert(render("{{title}} {{summary}} {{tenant}}", false, each.message()), each);
    assertInert(JSON.readTree(SlackMessage.bytes(SlackMessage.reply(each.message()))), each);
  }

  static List<InjectionCorpus.Case> cases() {
    return InjectionCorpus.cases().toList();
  }

  private void assertInert(JsonNode request, InjectionCorpus.Case each) {
    assertThat(request.toString()).as(each.toString()).contains(InjectionCorpus.MARK);
    assertThat(request.has("injected")).isFalse();
    assertThat(request.get("parse").asText()).isEqualTo("none");
    assertThat(request.get("mrkdwn").asBoolean()).isFalse();
    assertThat(specials(request))
        .allSatisfy(
            special ->
                assertThat(special)
                    .containsPattern(
                        "^<(https://(tracetide|runbooks)\\.example/|!date\\^1772359200)")
                    .doesNotContain(InjectionCorpus.MARK, "evil"));
    for (JsonNode text : texts(request)) {
      String value = text.asText();
      assertThat(value).as(each.toString()).doesNotContainPattern(MENTION);
      assertThat(value.replace("\u200B", ""))
          .doesNotContainPattern("[\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Cntrl}&&[^\n\t]]");
    }
    for (JsonNode object : request.findParents("text")) {
      if (object.path("type").asText().equals("mrkdwn")) {
        assertThat(object.get("verbatim").asBoolean()).isTrue();
        assertThat(object.get("text").asText()).doesNotContain("*", "`", "~");
      }
    }
  }

  private static List<String> specials(JsonNode request) {
    List<String> found = new ArrayList<>();
    texts(request)
        .forEach(
            text -> {
              Matcher matcher = SPECIAL.matcher(text.asText());
              while (matcher.find()) {
                found.add(matcher.group());
              }
            });
    return found;
  }

  private static List<JsonNode> texts(JsonNode request) {
    return request.findValues("text").stream()
        .flatMap(node -> node.isTextual() ? Stream.of(node) : Stream.of(node.get("text")))
        .toList();
  }

  private JsonNode render(String template, boolean colorBar, AlertMessage message)
      throws Exception {
    SlackMessage renderer =
        new SlackMessage(template, colorBar, (name, why) -> failures.add(name + ": " + why));
    return JSON.readTree(SlackMessage.bytes(renderer.of(message)));
  }

  private static AlertMessage message(int alerts, String summary) {
    Map<String, Double> observed = new TreeMap<>();
    IntStream.range(0, 30).forEach(i -> observed.put("feature" + i, i / 3.0));
    List<Alert> list =
        IntStream.range(0, alerts)
            .mapToObj(
                i ->
                    Notifications.alert(
                        Anomalies.open("fp" + i).setSummary(summary).setObserved(observed).build()))
            .toList();
    return Messages.of(
        Notification.newBuilder(Notifications.firing("ops", "fp", 1)).setAlerts(list).build());
  }
}
