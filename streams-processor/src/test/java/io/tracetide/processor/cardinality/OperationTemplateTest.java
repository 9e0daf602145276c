package io.tracetide.processor.cardinality;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationTemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /orders/4711 | GET /orders/{id}
          GET /orders/4711/items/7 | GET /orders/{id}/items/{id}
          GET /orders/order-4711 | GET /orders/order-{id}
          user_12345 logged in | user_{id} logged in
          redis GET user:42 | redis GET user:{id}
          /v1/things/42:cancel | /v1/things/{id}:cancel
          retry 3 of 5 | retry {id} of {id}
          SELECT * FROM t WHERE id = 42 | SELECT * FROM t WHERE id = {id}
          /users/550e8400-e29b-41d4-a716-446655440000 | /users/{uuid}
          /users/550E8400-E29B-41D4-A716-446655440000/x | /users/{uuid}/x
          run 550e8400e29b41d4a716446655440000 | run {uuid}
          job-550e8400-e29b-41d4-a716-446655440000-retry | job-{uuid}-retry
          /commits/3f2a91bc | /commits/{hex}
          /static/app.3f2a91bc.js | /static/app.{hex}.js
          /tx/0x1f | /tx/{hex}
          sha 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 | sha {hex}
          /objects/507f1f77bcf86cd799439011 | /objects/{hex}
          /events/01ARZ3NDEKTSV4RRFFQ69G5FAV | /events/{id}
          /pay/pi_3MtwBwLkdIwHu7ix28a3tqPa | /pay/pi_{id}
          /c/cjld2cjxh0000qzrmn831i7rn | /c/{id}
          mail to bob.smith+7@example.co.uk now | mail to {email} now
          /users/bob%40example.com/orders | /users/{email}/orders
          notify bob@example.com. | notify {email}.
          /reports/2026-03-01 | /reports/{date}
          /reports/2026-03-01T12:00:00.123Z/x | /reports/{date}/x
          run 2026-03-01T12:00:00+02:00 | run {date}
          run 2026-03-01 12:00:00 again | run {date} again
          backup-2026-03-01.tar | backup-{date}.tar
          dump 20260301T120000Z | dump {date}
          dump 20260301 | dump {id}
          call 10.0.0.12 | call {ip}
          http://10.0.0.12:8080/a/7?b=1 | http://{ip}:{id}/a/{id}
          /things/deadbeef-cafe-4fad-abcd-abcdefabcdef | /things/{uuid}
          ping fe80::1 | ping {ip}
          ping 2001:db8:0:0:0:0:2:1 | ping {ip}
          GET /search?q=cats&page=2 | GET /search
          GET /search?q=cats HTTP/1.1 | GET /search HTTP/1.1
          /docs#part-7 | /docs
          /? | /
          GET list?page=2 | GET list
          /files/17/größe/22 | /files/{id}/größe/{id}
          """)
  void shouldReplaceWhatVaries(String name, String template) {
    assertThat(OperationTemplate.of(name)).isEqualTo(template);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /pay",
        "GET /api/v2/users",
        "v1",
        "http2",
        "md5",
        "s3",
        "oauth2",
        "sha-256",
        "utf-8",
        "HTTP/1.1",
        "step-3",
        "release 1.2.3",
        "jackson-2.15.3",
        "lambda$main$0",
        "Foo$1.run",
        "grpc.health.v1.Health/Check",
        "google.cloud.speech.v1p1beta1.Speech/Recognize",
        "SELECT shop.orders",
        "INSERT INTO t (a, b) VALUES (?, ?)",
        "SELECT * FROM t WHERE a=? AND b = ?",
        "SELECT data ? 'key' FROM t",
        "UsersController#show",
        "admin/users#show",
        "GET /users/{id}",
        "GET /users/{id?}",
        "/users/:id",
        "Cpu::A1",
        "a1::b2",
        "deadbeef",
        "Face::Bead",
        "facade",
        "processPaymentV2Request",
        "oauth2ToHttp2Bridge",
        "@scope/pkg",
        "user@host",
        "checkout",
        "größe7",
        "",
        "*",
        "__other__",
      })
  void shouldLeaveNamesAlone(String name) {
    assertThat(OperationTemplate.of(name)).isEqualTo(name);
    byte[] bytes = name.getBytes(UTF_8);
    assertThat(new OperationTemplate().rewrite(bytes, 0, bytes.length)).isFalse();
  }

  @Test
  void shouldReadOnlyItsPartOfTheBytes() {
    byte[] bytes = "77/orders/4711/88".getBytes(UTF_8);
    OperationTemplate template = new OperationTemplate();

    assertThat(template.rewrite(bytes, 2, 12)).isTrue();

    assertThat(new String(template.array(), 0, template.length(), UTF_8)).isEqualTo("/orders/{id}");
  }

  @Test
  void shouldBeUsedAgainAndAgain() {
    OperationTemplate template = new OperationTemplate();
    for (String name : List.of("/a/1", "x".repeat(2000) + "/2", "b/3?x=1", "c 12:34567@x")) {
      byte[] bytes = name.getBytes(UTF_8);
      assertThat(template.rewrite(bytes, 0, bytes.length)).isTrue();
      assertThat(new String(template.array(), 0, template.length(), UTF_8))
          .isEqualTo(OperationTemplate.of(name));
    }
  }

  @Test
  void shouldMakeOneTemplateOfAMillionIds() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      assertThat(OperationTemplate.of("GET /users/" + random.nextInt(1 << 30) + "/cart"))
          .isEqualTo("GET /users/{id}/cart");
      assertThat(OperationTemplate.of("/o/" + new java.util.UUID(random.nextLong(), i)))
          .isIn("/o/{uuid}");
    }
  }

  @Property(tries = 5_000)
  void shouldTemplateATemplateToItself(@ForAll @From("names") String name) {
    String once = OperationTemplate.of(name);

    assertThat(OperationTemplate.of(once)).isEqualTo(once);
  }

  @Property(tries = 5_000)
  void shouldTakeAnyBytes(@ForAll byte[] bytes) {
    checkBytes(bytes);
  }

  @Property(tries = 5_000)
  void shouldTakeAnyBytesOfItsOwnAlphabet(@ForAll @From("names") String name) {
    checkBytes(name.getBytes(UTF_8));
  }

  private static void checkBytes(byte[] bytes) {
    byte[] before = bytes.clone();
    OperationTemplate template = new OperationTemplate();

    boolean rewritten = template.rewrite(bytes, 0, bytes.length);

    assertThat(bytes).isEqualTo(before);
    if (rewritten) {
      byte[] result = Arrays.copyOf(template.array(), template.length());
      assertThat(result.length).isLessThanOrEqualTo(bytes.length * 5 / 2 + 4).isPositive();
      assertThat(zeros(result)).isLessThanOrEqualTo(zeros(bytes));
      assertThat(isUtf8(result) || !isUtf8(bytes)).isTrue();
      assertThat(new OperationTemplate().rewrite(result, 0, result.length)).isFalse();
    }
  }

  private static long zeros(byte[] bytes) {
    int zeros = 0;
    for (byte b : bytes) {
      zeros += b == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Made of what the template looks for, and of what may disturb it. */
  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "/",
            " ",
            "-",
            "_",
            ".",
            ":",
            "@",
            "?",
            "#",
            "=",
            "%40",
            "%",
            "{",
            "}",
            "{id}",
            "+",
            "1",
            "42",
            "4711",
            "0x",
            "f",
            "a1",
            "cafe",
            "deadbeef1",
            "2026-03-01",
            "T12:00:00",
            "Z",
            "+02:00",
            "20260301T120000",
            "10.0.0.1",
            "255",
            "fe80",
            "::",
            "://",
            "bob",
            "example.com",
            "550e8400-e29b-41d4-a716-446655440000",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "a1b2c3d4e5f6g7h8",
            "v2",
            "é",
            "日本",
            "GET",
            "\0",
            "(",
            ")",
            "'",
            "\"",
            "&",
            "$");
    return pieces.list().ofMinSize(1).ofMaxSize(12).map(list -> String.join("", list));
  }
}
