package io.tracetide.alert.channel.teams;

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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeamsCardTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A character with a meaning in Markdown or HTML that no backslash precedes. */
  private static final Pattern MARKUP = Pattern.compile("(?<!\\\\)[`*_{}\\[\\]()#+.!|~:-]|[<>]");

  private final List<String> failures = new ArrayList<>();

  @Test
  void shouldShowTheMessage() throws Exception {
    JsonNode card = card(render("", InjectionCorpus.harmless()));

    JsonNode title = card.at("/body/0/inlines/0");
    assertThat(title.get("text").asText()).startsWith("[FIRING:1] ");
    assertThat(title.get("color").asText()).isEqualTo("Attention");
    assertThat(card.at("/body/1/inlines/0/text").asText()).isEqualTo("zqx");
    assertThat(card.at("/body/3/inlines").findValuesAsText("text"))
        .containsExactly("p95Ms: ", "840 (expected 120)");
    assertThat(card.at("/body/4/inlines/0/text").asText())
        .isEqualTo("checkout · POST /pay · since 2026-03-01T10:00:00Z");
    assertThat(card.at("/body/5/text").asText())
        .isEqualTo(
            "[slowest trace](https://tracetide.example/trace/4bf92f3577b34da6a3ce929d0e0e4736)");
    assertThat(card.get("actions").findValuesAsText("title"))
        .containsExactly("Dashboard", "Silence", "Acknowledge", "Runbook");
    assertThat(card.get("actions").findValuesAsText("type")).containsOnly("Action.OpenUrl");
    assertThat(card.at("/actions/0/url").asText())
        .isEqualTo("https://tracetide.example/ui?a=1&b=2");
  }

  @Test
  void shouldNotOfferToSilenceWhatIsResolved() throws Exception {
    JsonNode card = card(render("", Messages.of(Notifications.resolved("ops", "fp", 2))));

    assertThat(card.at("/body/0/inlines/0/color").asText()).isEqualTo("Good");
    assertThat(card.get("actions")).isEmpty();
    assertThat(card.toString()).contains(" · until 2026-03-01T10:05:00Z");
  }

  @Test
  void shouldShowTheTextOfATemplate() throws Exception {
    JsonNode card = card(render("**{{severity}}** {{summary}}", message(1, "[a](b) *c* <d>")));

    assertThat(card.at("/body/1/type").asText()).isEqualTo("TextBlock");
    assertThat(card.at("/body/1/text").asText())
        .isEqualTo("**high** \\[a\\]\\(b\\) \\*c\\* &lt;d&gt;");
  }

  @Test
  void shouldShowTheBuiltInTextWhenTheTemplateFails() throws Exception {
    JsonNode card = card(render("{{summary}}".repeat(600), message(1, "0123456789")));

    assertThat(card.at("/body/1/inlines/0/text").asText()).isEqualTo("0123456789");
    assertThat(failures).containsExactly("template: the text would have more than 5000 characters");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 10, 11, 500})
  void shouldKeepTheLimitOfTeams(int alerts) throws Exception {
    for (String summary : List.of("x", "\"\\\"".repeat(2_000), "\uD83D\uDE00".repeat(3_000))) {
      byte[] request = bytes("", message(alerts, summary));

      assertThat(request.length).isLessThanOrEqualTo(TeamsCard.MAX_BYTES);
      String text = new String(request, StandardCharsets.UTF_8);
      int shown = text.split(" · since ", -1).length - 1;
      if (shown < alerts) {
        assertThat(text).contains("and " + (alerts - shown) + " more");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldRenderNoInjection(InjectionCorpus.Case each) throws Exception {
    assertInert(render("", each.message()), each);
    assertInert(render("{{title}} {{summary}} {{tenant}}", each.message()), each);
  }

  static List<InjectionCorpus.Case> cases() {
    return InjectionCorpus.cases().toList();
  }

  private static void assertInert(JsonNode request, InjectionCorpus.Case each) {
    JsonNode card = card(request);
    assertThat(card.get("body").toString()).as(each.toString()).contains(InjectionCorpus.MARK);
    assertThat(request.findValues("injected")).isEmpty();
    assertThat(card.get("body").findValuesAsText("type"))
        .isSubsetOf(Set.of("RichTextBlock", "TextRun", "TextBlock"));
    assertThat(request.findValuesAsText("url")).noneMatch(url -> url.contains("evil"));
    for (JsonNode block : card.get("body")) {
      if (block.get("type").asText().equals("TextBlock")
          && !block.get("text").asText().startsWith("[slowest trace](https://tracetide.")) {
        assertThat(block.get("text").asText().replace("\\\\", ""))
            .as(each.toString())
            .doesNotContainPattern(MARKUP);
      }
    }
    request
        .findValuesAsText("text")
        .forEach(
            text ->
                assertThat(text)
                    .doesNotContainPattern("[\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Cntrl}&&[^\n\t]]"));
  }

  private static JsonNode card(JsonNode request) {
    return request.at("/attachments/0/content");
  }

  private JsonNode render(String template, AlertMessage message) throws Exception {
    return JSON.readTree(bytes(template, message));
  }

  private byte[] bytes(String template, AlertMessage message) {
    return new TeamsCard(template, (name, why) -> failures.add(name + ": " + why)).of(message);
  }

  private static AlertMessage message(int alerts, String summary) {
    List<Alert> list =
        IntStream.range(0, alerts)
            .mapToObj(
                i -> Notifications.alert(Anomalies.open("fp" + i).setSummary(summary).build()))
            .toList();
    return Messages.of(
        Notification.newBuilder(Notifications.firing("ops", "fp", 1)).setAlerts(list).build());
  }
}
