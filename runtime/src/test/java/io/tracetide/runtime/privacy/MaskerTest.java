package io.tracetide.runtime.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.config.Secret;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskerTest {

  private static final PrivacyConfig DEFAULTS = PrivacyConfig.defaults();

  private final Masker masker = Masker.of(DEFAULTS);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jane.doe+test@mail.example.co.uk|[email]",
        "to <jane@example.com>, bob@example.org.|to <[email]>, [email].",
        "GET /users?email=jane%40example.com&x=1|GET /users?email=[email]&x=1",
        "mailto:o'brien@example.museum|mailto:[email]",
        "jörg@müller.example|[email]",
        "[\"a@b.io\",\"c@d.io\"]|[\"[email]\",\"[email]\"]",
        "https://user:pa55@db.example.com/x|https://user:[email]/x",
        "pay 4111111111111111 now|pay [card] now",
        "4111 1111 1111 1111|[card]",
        "card=5555-5555-5555-4444;|card=[card];",
        "3782 822463 10005|[card]",
        "amex 378282246310005.|amex [card].",
        "order_6011111111111117|order_[card]",
        "IBAN DE89 3704 0044 0532 0130 00 ok|IBAN [iban] ok",
        "gb82west12345698765432|[iban]",
        "to:NO9386011117947,|to:[iban],",
        "call +49 (0)170 1234567|call [phone]",
        "tel:+14155552671|tel:[phone]",
        "+1.415.555.2671, +44 20 7946 0018|[phone], [phone]",
        "tel=%2B491701234567&|tel=[phone]&",
        "(415) 555-2671 or 415-555-2671|[phone] or [phone]",
        "1-800-555-2671|1-[phone]",
        "from 81.2.69.142:443|from [ip]:443",
        "[2001:db8:85a3::8a2e:370:7334]:80|[[ip]]:80",
        "::ffff:81.2.69.142|::ffff:[ip]",
        "2001:db8:0:0:1:0:0:1|[ip]",
      })
  void shouldMaskWhatIdentifiesSomebody(String text, String masked) {
    assertThat(masker.mask(text)).isEqualTo(masked);
    assertThat(masker.mask(masked)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0af7651916cd43dd8448eb211c80319c",
        "550e8400-e29b-41d4-a716-446655440000",
        "41111111-1111-4111-8111-111111111111",
        "2026-03-01T12:00:00.123456789+01:00",
        "Sun, 01 Mar 2026 12:00:00 +0100",
        "1764000000000",
        "1764000000000000",
        "1764000000000000000",
        "0.4111111111111111",
        "PT1H30M12.345S",
        "v1.2.3.4",
        "version 2.1.0.5",
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0.0.0 Safari/537.36",
        "4.3.1",
        "10.0.0.5:8080",
        "127.0.0.1",
        "192.168.1.77 172.16.4.4 169.254.169.254",
        "2c:54:91:88:c9:e3",
        "12:30:45",
        "std::vector<int>::push_back",
        "dead::beef",
        "order 4711-2026-000123",
        "ORD-2026-11-23-000042",
        "com.example.Foo@1b2c3d4e",
        "npm pkg@1.2.3",
        "root@localhost",
        "@Override",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "arn:aws:iam::123456789012:role/x",
        "SELECT * FROM t WHERE id = 12345678",
        "a1b2c3d4e5f60718",
        "4111111111111112",
        "DE89370400440532013001",
        "978-3-16-148410-0",
        "+12345",
        "100%",
        "spans=12345678 bytes=99999999999",
      })
  void shouldLeaveWhatOnlyLooksLikeIt(String text) {
    assertThat(masker.mask(text)).isSameAs(text);
  }

  @Test
  void shouldLeaveVersionsUnderTheirKeysOnly() {
    assertThat(masker.value("service.version", "4.12.7.3", 99, null)).isEqualTo("4.12.7.3");
    assertThat(masker.value("net.peer.ip", "4.12.7.3", 99, null)).isEqualTo("[ip]");
    assertThat(masker.value("service.version", "by jane@example.com", 99, null))
        .isEqualTo("by [email]");
  }

  @Test
  void shouldMaskSecretsWhateverTheyLookLike() {
    Findings findings = masker.findings();

    assertThat(
            List.of(
                "password",
                "db.password",
                "http.request.header.Authorization",
                "X-Api-Key",
                "accessToken",
                "refresh_token",
                "Set-Cookie"))
        .allSatisfy(key -> assertThat(masker.value(key, "x", 99, findings)).isEqualTo("[secret]"));
    assertThat(findings.names(findings.take())).isEqualTo("secret");
    assertThat(findings.take()).isZero();
    assertThat(List.of("gen_ai.usage.input_tokens", "tokenizer", "betoken", "passwords.count"))
        .allSatisfy(key -> assertThat(masker.value(key, "x", 99, null)).isEqualTo("x"));
  }

  @Test
  void shouldMaskMapsByKeyAndText() {
    Map<String, String> clean = Map.of("a", "b", "http.status_code", "200");

    assertThat(masker.mask(clean)).isSameAs(clean);
    assertThat(masker.mask(Map.of("user", "jane@example.com", "token", "abc", "n", "1")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("user", "[email]", "token", "[secret]", "n", "1"));
  }

  @Test
  void shouldKeepEqualValuesComparableUnderAKey() {
    Masker keyed = Masker.of(with(List.of(), Secret.of("a key that is long enough")));

    String mask = keyed.mask("4111 1111 1111 1111");
    assertThat(mask).matches("\\[card:[0-9a-f]{12}]").isEqualTo(keyed.mask("4111111111111111"));
    assertThat(keyed.mask("Jane@Example.com")).isEqualTo(keyed.mask("jane%40example.com"));
    assertThat(keyed.mask("jane@example.com")).isNotEqualTo(keyed.mask("john@example.com"));
    assertThat(keyed.mask(mask)).isEqualTo(mask);
    Masker other = Masker.of(with(List.of(), Secret.of("another key, just as long")));
    assertThat(other.mask("4111111111111111")).isNotEqualTo(mask);
  }

  @Test
  void shouldKeepIdsOfTracesAndSpansThatLookLikeCards() {
    String card = "4111111111111111";
    assertThat(masker.mask(card)).isEqualTo("[card]");
    assertThat(masker.id(card, null)).isEqualTo(card);
    assertThat(masker.id(card + card, null)).isEqualTo(card + card);
    assertThat(masker.id(card + " ", null)).contains("[card:");
    for (String key : List.of("spanId", "trace_id", "x-b3-parentspanid", "link.span.id")) {
      assertThat(masker.mask(Map.of(key, card))).containsEntry(key, card);
      assertThat(masker.mask(Map.of(key, "4111 1111 1111 1111"))).containsEntry(key, "[card]");
    }
    assertThat(masker.mask(Map.of("orderid", card))).containsEntry("orderid", "[card]");
  }

  @Test
  void shouldKeepDifferentIdsDifferent() {
    assertThat(masker.id("order-jane@example.com", null))
        .matches("\\[email:[0-9a-f]{12}]")
        .isNotEqualTo(masker.id("order-john@example.com", null));
    assertThat(masker.id("plan-17", null)).isEqualTo("plan-17");
  }

  @Test
  void shouldFindWhatPatternsOfOnesOwnDescribe() {
    Masker own =
        Masker.of(
            with(
                List.of(
                    new PatternConfig("employee", "\\bE-\\d{5}\\b"),
                    new PatternConfig("ssn", "\\d{3}-\\d{2}-\\d{4}")),
                Secret.NONE));
    Findings findings = own.findings();

    assertThat(own.mask("E-12345 and E-123456, 078-05-1120 of a@b.io", 999, findings))
        .isEqualTo("[employee] and E-123456, [ssn] of [email]");
    assertThat(findings.names(findings.take())).isEqualTo("email,employee,ssn");
  }

  @Test
  void shouldKnowWhatStandsAtTheCut() {
    String text = "x".repeat(10) + " jane@example.com and more";

    assertThat(masker.mask(text, 15, null)).isEqualTo("xxxxxxxxxx [email]");
    assertThat(masker.mask(text, 10, null)).isEqualTo("xxxxxxxxxx");
    assertThat(masker.mask(text, 29, null)).isEqualTo("xxxxxxxxxx [email] a");
  }

  @Test
  void shouldLeaveWhatIsSwitchedOff() {
    Masker none =
        Masker.of(
            new PrivacyConfig(
                false,
                false,
                false,
                false,
                PrivacyConfig.IpAddresses.NONE,
                List.of(),
                List.of("note"),
                List.of(),
                Secret.NONE));
    String all =
        "jane@example.com 4111111111111111 DE89370400440532013000 +491701234567 81.2.69.142";

    assertThat(none.mask(all)).isEqualTo(all);
    assertThat(masker.mask(all)).isEqualTo("[email] [card] [iban] [phone] [ip]");
  }

  @Test
  void shouldFindEveryAddressWhenAskedFor() {
    Masker every =
        Masker.of(
            new PrivacyConfig(
                true,
                true,
                true,
                true,
                PrivacyConfig.IpAddresses.ALL,
                List.of(),
                List.of(),
                List.of(),
                Secret.NONE));

    assertThat(every.mask("10.0.0.5 fe80::1 fd12:3456::1 81.2.69.142"))
        .isEqualTo("[ip] [ip] [ip] [ip]");
  }

  private static PrivacyConfig with(List<PatternConfig> patterns, Secret key) {
    return new PrivacyConfig(
        true, true, true, true, DEFAULTS.ip(), DEFAULTS.secretKeys(), List.of(), patterns, key);
  }
}
