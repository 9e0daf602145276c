package io.tracetide.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.runtime.access.AccessDecision.Admitted;
import io.tracetide.runtime.access.AccessDecision.Denied;
import io.tracetide.runtime.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir private Path directory;

  private static Token token(TokenClass tokenClass, String id) {
    return Token.create(new TokenName(tokenClass, id), RANDOM);
  }

  private static String hash(Token token) {
    return HexFormat.of().formatHex(token.sha256());
  }

  private Path write(String... lines) throws IOException {
    return Files.writeString(
        directory.resolve("tokens.yaml"), "tokens:\n  " + String.join("\n  ", lines) + "\n");
  }

  private static Denial denial(AccessDecision verdict) {
    return ((Denied) verdict).denial();
  }

  @Test
  void shouldAdmitTheHolderOfAToken() throws IOException {
    Token ingest = token(TokenClass.INGEST, "shop");
    Token query = token(TokenClass.QUERY, "wall");
    Token admin = token(TokenClass.ADMIN, "ops");
    Token peer = token(TokenClass.PEER, "fleet");
    Tokens tokens =
        Tokens.read(
            write(
                "ti_shop: {sha256: [%s], tenants: [acme]}".formatted(hash(ingest)),
                "tq_wall: {sha256: [%s], tenants: [acme, globex]}".formatted(hash(query)),
                "ta_ops: {sha256: [%s], tenants: ['*']}".formatted(hash(admin)),
                "tp_fleet: {sha256: [%s], tenants: []}".formatted(hash(peer))));

    assertThat(tokens.size()).isEqualTo(4);
    assertThat(tokens.check(ingest.reveal(), NOW))
        .isEqualTo(new Admitted(new Caller(Optional.of(ingest.name()), Tenants.of("acme"))));
    assertThat(((Admitted) tokens.check(ingest.reveal(), NOW)).caller().sendsFor())
        .contains("acme");
    assertThat(tokens.check(query.reveal(), NOW))
        .isEqualTo(
            new Admitted(new Caller(Optional.of(query.name()), Tenants.of("acme", "globex"))));
    assertThat(((Admitted) tokens.check(query.reveal(), NOW)).caller().sendsFor()).isEmpty();
    assertThat(((Admitted) tokens.check(admin.reveal(), NOW)).caller().tenants())
        .isEqualTo(Tenants.ALL);
    assertThat(((Admitted) tokens.check(peer.reveal(), NOW)).caller().tenants())
        .isEqualTo(Tenants.ALL);
  }

  @Test
  void shouldDenyEveryOtherText() throws IOException {
    Token known = token(TokenClass.INGEST, "shop");
    Tokens tokens =
        Tokens.read(write("ti_shop: {sha256: [%s], tenants: [acme]}".formatted(hash(known))));
    String otherClass = "tq" + known.reveal().substring(2);

    assertThat(denial(tokens.check(token(TokenClass.INGEST, "shop").reveal(), NOW)))
        .isEqualTo(Denial.WRONG_SECRET);
    assertThat(denial(tokens.check(token(TokenClass.INGEST, "cart").reveal(), NOW)))
        .isEqualTo(Denial.UNKNOWN);
    assertThat(denial(tokens.check(otherClass, NOW))).isEqualTo(Denial.UNKNOWN);
    assertThat(denial(tokens.check(known.reveal() + " ", NOW))).isEqualTo(Denial.MALFORMED);
    assertThat(denial(tokens.check("", NOW))).isEqualTo(Denial.MALFORMED);
    assertThat(denial(tokens.check("a".repeat(1 << 16), NOW))).isEqualTo(Denial.MALFORMED);
    assertThat(Denial.UNKNOWN.detail()).isEqualTo(Denial.WRONG_SECRET.detail());
  }

  @Test
  void shouldAcceptTheOldAndTheNewSecretWhileATokenIsRotated() throws IOException {
    Token old = token(TokenClass.INGEST, "shop");
    Token next = token(TokenClass.INGEST, "shop");
    String line = "ti_shop: {sha256: [%s], tenants: [acme]}";
    Tokens tokens = Tokens.read(write(line.formatted(hash(old))));

    write(line.formatted(hash(old) + ", " + hash(next)));
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.CHANGED);
    assertThat(tokens.check(old.reveal(), NOW)).isInstanceOf(Admitted.class);
    assertThat(tokens.check(next.reveal(), NOW)).isInstanceOf(Admitted.class);

    write(line.formatted(hash(next)));
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.CHANGED);
    assertThat(denial(tokens.check(old.reveal(), NOW))).isEqualTo(Denial.WRONG_SECRET);
    assertThat(tokens.check(next.reveal(), NOW)).isInstanceOf(Admitted.class);
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.UNCHANGED);
  }

  @Test
  void shouldEndATokenWhenItExpires() throws IOException {
    Token token = token(TokenClass.QUERY, "guest");
    Tokens tokens =
        Tokens.read(
            write(
                "tq_guest: {sha256: [%s], tenants: [acme], expires: 2026-03-01T10:00:00Z}"
                    .formatted(hash(token))));

    assertThat(tokens.check(token.reveal(), NOW.minusNanos(1))).isInstanceOf(Admitted.class);
    assertThat(denial(tokens.check(token.reveal(), NOW))).isEqualTo(Denial.EXPIRED);
  }

  @Test
  void shouldKeepTokensWhenTheFileBecomesInvalid() throws IOException {
    Token token = token(TokenClass.INGEST, "shop");
    String line = "ti_shop: {sha256: [%s], tenants: [acme]}".formatted(hash(token));
    Path file = write(line);
    Tokens tokens = Tokens.read(file);

    write("ti_shop: {sha256: [abc], tenants: [acme]}");
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.FAILED);
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.UNCHANGED);
    assertThat(tokens.check(token.reveal(), NOW)).isInstanceOf(Admitted.class);

    Files.delete(file);
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.FAILED);
    assertThat(tokens.check(token.reveal(), NOW)).isInstanceOf(Admitted.class);

    write(line.replace("acme", "globex"));
    assertThat(tokens.reload()).isEqualTo(Tokens.Reload.CHANGED);
    assertThat(((Admitted) tokens.check(token.reveal(), NOW)).caller().sendsFor())
        .contains("globex");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shop: {sha256: [H], tenants: [a]}                      | ti_, tq_, ta_ or tp_
          ti_sh_op: {sha256: [H], tenants: [a]}                  | ti_, tq_, ta_ or tp_
          ti_shop: {sha256: [], tenants: [a]}                    | tokens.ti_shop.sha256
          ti_shop: {sha256: [H, H, H], tenants: [a]}             | tokens.ti_shop.sha256
          ti_shop: {sha256: [abc], tenants: [a]}                 | tokens.ti_shop.sha256
          ti_shop: {sha256: [H]}                                 | tokens.ti_shop.tenants
          ti_shop: {sha256: [H], tenants: []}                    | one tenant
          ti_shop: {sha256: [H], tenants: [a, b]}                | one tenant
          ti_shop: {sha256: [H], tenants: ['*']}                 | one tenant
          ti_shop: {sha256: [H], tenants: ["a\\0b"]}             | without control characters
          tq_wall: {sha256: [H], tenants: []}                    | one or more tenants
          tq_wall: {sha256: [H], tenants: ['*', a]}              | one or more tenants
          tp_fleet: {sha256: [H], tenants: [a]}                  | none
          tq_wall: {sha256: [H], tenants: [a], expires: soon}    | tokens.tq_wall.expires
          tq_wall: {sha256: [H], tenants: [a], class: query}     | tokens.tq_wall.class
          """)
  void shouldReportTheProblemOfAFile(String line, String problem) throws IOException {
    Path file = write(line.replace("H", "0".repeat(64)));

    assertThatThrownBy(() -> Tokens.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(problem);
  }

  @Test
  void shouldRefuseAFileThatIsNotThere() {
    assertThatThrownBy(() -> Tokens.read(directory.resolve("none.yaml")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("none.yaml");
  }

  @Test
  void shouldEndSessionsWithTheirTokenAndWithTheirTime() throws IOException {
    Token wall = token(TokenClass.QUERY, "wall");
    String line = "tq_wall: {sha256: [%s], tenants: [acme]}";
    Tokens tokens = Tokens.read(write(line.formatted(hash(wall))));
    Sessions sessions = new Sessions(tokens);

    String id = sessions.open(wall.reveal(), NOW);
    assertThat(id).hasSize(43).doesNotContain(wall.reveal());
    assertThat(sessions.check(id, NOW.plus(Sessions.LENGTH).minusNanos(1)))
        .isEqualTo(new Admitted(new Caller(Optional.of(wall.name()), Tenants.of("acme"))));
    assertThat(denial(sessions.check(id, NOW.plus(Sessions.LENGTH)))).isEqualTo(Denial.NO_SESSION);
    assertThat(denial(sessions.check(id + "x", NOW))).isEqualTo(Denial.NO_SESSION);

    write(line.formatted(hash(token(TokenClass.QUERY, "wall"))));
    tokens.reload();
    assertThat(denial(sessions.check(id, NOW))).isEqualTo(Denial.NO_SESSION);

    write(line.formatted(hash(wall)));
    tokens.reload();
    assertThat(sessions.check(id, NOW)).isInstanceOf(Admitted.class);
    sessions.end(id);
    assertThat(denial(sessions.check(id, NOW))).isEqualTo(Denial.NO_SESSION);
  }
}
