package io.tracetide.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  private static final String SECRET = "A".repeat(40) + "_-9";

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @EnumSource(TokenClass.class)
  void shouldParseTheTokensItCreates(TokenClass tokenClass) {
    TokenName name = new TokenName(tokenClass, "checkout-1");

    Token made = Token.create(name, random);
    Optional<Token> read = Token.parse(made.reveal());

    assertThat(made.reveal()).matches("t[iqap]_checkout-1_[A-Za-z0-9_-]{43}");
    assertThat(read).get().extracting(Token::name).isEqualTo(name);
    assertThat(read.orElseThrow().sha256()).isEqualTo(made.sha256());
  }

  @Test
  void shouldCreateDifferentTokens() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      made.add(Token.create(new TokenName(TokenClass.INGEST, "a"), random).reveal());
    }
    assertThat(made).hasSize(1_000);
  }

  @Test
  void shouldMaskItself() {
    Token token = Token.create(new TokenName(TokenClass.QUERY, "a"), random);

    assertThat(token.toString()).isEqualTo("tq_a_<redacted>");
  }

  @Test
  void shouldParseSecretsWithEveryCharacter() {
    assertThat(Token.parse("ti_a_" + SECRET)).isPresent();
    assertThat(Token.parse("ti_a_" + "_".repeat(43))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "ti_a_",
        "ti__" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "tx_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "ti_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\n",
        "TI_a_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_a b_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_a_b_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "ti_abcdefghijklmnopqrstuvwxyz0123456_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      })
  void shouldRefuseATextWithoutTheFormOfAToken(String text) {
    assertThat(Token.parse(text)).isEmpty();
  }
}
