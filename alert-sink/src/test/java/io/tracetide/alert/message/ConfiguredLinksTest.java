package io.tracetide.alert.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.alert.Notifications;
import io.tracetide.alert.message.SignedAction.Purpose;
import io.tracetide.runtime.config.InvalidConfig;
import io.tracetide.runtime.config.Secret;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.Notification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfiguredLinksTest {
  private static final Secret KEY = Secret.of("0123456789abcdef0123456789abcdef");
  private static final Instant NOW = Notifications.DECIDED_AT.plusSeconds(60);
  private final Notification notification =
      Notification.newBuilder(Notifications.firing("ops", "fp", 1))
          .setGroupLabels(Map.of("service", "check out&x=1"))
          .build();

  @Test
  void shouldEncodeDataInUrls() {
    Links links = links("https://t.example.com/{traceId}?tenant={tenant}", KEY);

    assertThat(links.trace("a b/c", "../x?y#z"))
        .isEqualTo("https://t.example.com/..%2Fx%3Fy%23z?tenant=a%20b%2Fc");
    assertThat(links.trace("t", "..")).isEmpty();
    assertThat(links.of(notification).dashboard())
        .isEqualTo(
            "https://d.example.com/d?service=check%20out%26x%3D1&from=1772358300000&to=1772359201000");
    assertThat(links.runbook(alert(Map.of()))).isEqualTo("https://r.example.com/Latency");
    assertThat(links.runbook(alert(Map.of("runbook_url", "https://w.example.com/a"))))
        .isEqualTo("https://w.example.com/a");
    assertThat(links.runbook(alert(Map.of("runbook_url", "javascript:alert(1)"))))
        .isEqualTo("https://r.example.com/Latency");
  }

  @Test
  void shouldCreateSignedLinksForFiringAlertsOnly() {
    MessageLinks links = links("", KEY).of(notification);
    ActionSigner signer = new ActionSigner(KEY);

    Optional<SignedAction> silence =
        signer.verify(token(links.silence(), "/actions/silence"), Purpose.SILENCE, NOW);
    assertThat(silence)
        .contains(
            new SignedAction(
                Purpose.SILENCE,
                "default",
                Map.of("service", "check out&x=1"),
                List.of(),
                Notifications.DECIDED_AT.plus(Duration.ofHours(24))));
    Optional<SignedAction> acknowledge =
        signer.verify(token(links.acknowledge(), "/actions/acknowledge"), Purpose.ACKNOWLEDGE, NOW);
    assertThat(acknowledge.orElseThrow().fingerprints()).containsExactly("fp");
    assertThat(links("", KEY).of(Notifications.resolved("ops", "fp", 2)))
        .extracting(MessageLinks::silence, MessageLinks::acknowledge)
        .containsOnly("");
    assertThat(links("", Secret.NONE).of(notification).silence()).isEmpty();
  }

  @Test
  void shouldRefuseTokensThatAreAlteredExpiredOrOfAnotherPurpose() {
    String token = token(links("", KEY).of(notification).silence(), "/actions/silence");
    ActionSigner signer = new ActionSigner(KEY);

    assertThat(signer.verify(token, Purpose.SILENCE, NOW)).isPresent();
    assertThat(signer.verify(token, Purpose.ACKNOWLEDGE, NOW)).isEmpty();
    assertThat(signer.verify(token, Purpose.SILENCE, NOW.plus(Duration.ofHours(24)))).isEmpty();
    assertThat(new ActionSigner(Secret.of("x".repeat(32))).verify(token, Purpose.SILENCE, NOW))
        .isEmpty();
    for (int i = 0; i < token.length() - 1; i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String altered = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(signer.verify(altered, Purpose.SILENCE, NOW)).as("%d", i).isEmpty();
    }
    for (String malformed : List.of("", ".", "a.b", token + "x", "%%.%%", token.substring(5))) {
      assertThat(signer.verify(malformed, Purpose.SILENCE, NOW)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert({traceId})",
        "https://{traceId}.example.com/",
        "ftp://example.com/{traceId}",
        "https://user:secret@example.com/{traceId}",
        "/relative/{traceId}",
        "https://t.example.com/"
      })
  void shouldRefuseTemplatesThatAreNoWebAddressesWithAFixedHost(String template) {
    assertThatThrownBy(() -> links(template, KEY)).isInstanceOf(InvalidConfig.class);
  }

  @Test
  void shouldRefuseAShortKey() {
    assertThatThrownBy(() -> links("", Secret.of("short"))).isInstanceOf(InvalidConfig.class);
  }

  private static String token(String link, String path) {
    String before = "https://alerts.example.com" + path + "?token=";
    assertThat(link).startsWith(before);
    return link.substring(before.length());
  }

  private static Links links(String traceUrl, Secret key) {
    return new ConfiguredLinks(
        new LinksConfig(
            "https://alerts.example.com/",
            "https://d.example.com/d?service={service}&from={from}&to={to}",
            traceUrl,
            "https://r.example.com/{alertname}",
            key,
            Duration.ofHours(24)));
  }

  private Alert alert(Map<String, String> annotations) {
    return Alert.newBuilder(notification.getAlerts().get(0)).setAnnotations(annotations).build();
  }
}
