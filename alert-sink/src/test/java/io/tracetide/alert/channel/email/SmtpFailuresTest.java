package io.tracetide.alert.channel.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.Secret;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a mail server can fail. */
class SmtpFailuresTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.of("localhost");
  private static final String SECRET = "canary-5ecret";
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final AlertMessage MESSAGE = Messages.of(Notifications.firing("ops", "fp", 1));

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "GREETING, 421, retried, SERVER_ERROR",
    "GREETING, 554, rejected, CLIENT_ERROR",
    "EHLO, 421, retried, SERVER_ERROR",
    "EHLO, 550, rejected, CLIENT_ERROR",
    "STARTTLS, 454, retried, SERVER_ERROR",
    "AUTH, 454, retried, SERVER_ERROR",
    "AUTH, 421, retried, SERVER_ERROR",
    "AUTH, 535, rejected, UNAUTHORIZED",
    "AUTH, 534, rejected, UNAUTHORIZED",
    "MAIL, 421, retried, SERVER_ERROR",
    "MAIL, 451, retried, SERVER_ERROR",
    "MAIL, 530, rejected, UNAUTHORIZED",
    "MAIL, 552, rejected, TOO_LARGE",
    "MAIL, 553, rejected, CLIENT_ERROR",
    "RCPT, 421, retried, SERVER_ERROR",
    "RCPT, 450, retried, SERVER_ERROR",
    "RCPT, 452, retried, SERVER_ERROR",
    "RCPT, 550, rejected, CLIENT_ERROR",
    "DATA, 421, retried, SERVER_ERROR",
    "DATA, 451, retried, SERVER_ERROR",
    "DATA, 554, rejected, CLIENT_ERROR",
    "CONTENT, 421, retried, SERVER_ERROR",
    "CONTENT, 452, retried, SERVER_ERROR",
    "CONTENT, 552, rejected, TOO_LARGE",
    "CONTENT, 554, rejected, CLIENT_ERROR",
  })
  void shouldRetryTemporaryRepliesOnly(
      String command, String code, String expected, FailureReason reason) throws Exception {
    String reply = code + " " + SECRET;
    try (SmtpStub server = new SmtpStub().offering(CERTIFICATES.server()).reply(command, reply);
        Channel channel = encrypted(server, EmailConfigs.TIMEOUT)) {
      DeliveryResult result = channel.deliver(MESSAGE);

      if (expected.equals("retried")) {
        assertRetried(result, reason);
      } else {
        assertRejected(result, reason);
      }
      assertThat(result.toString()).contains("answered with " + code).doesNotContain(SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT"})
  void shouldTimeOutWhereverTheServerHangs(String command) throws Exception {
    try (SmtpStub server =
            new SmtpStub().offering(CERTIFICATES.server()).reply(command, SmtpStub.HANG);
        Channel channel = encrypted(server, Duration.ofSeconds(1))) {
      long started = System.nanoTime();

      assertRetried(channel.deliver(MESSAGE), FailureReason.TIMEOUT);

      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT"})
  void shouldRetryWhereverTheConnectionIsClosed(String command) throws Exception {
    try (SmtpStub server =
            new SmtpStub().offering(CERTIFICATES.server()).reply(command, SmtpStub.CLOSE);
        Channel channel = encrypted(server, EmailConfigs.TIMEOUT)) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.CONNECTION_LOST);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLEAR, GREETING",
    "CLEAR, EHLO",
    "CLEAR, RCPT",
    "CLEAR, CONTENT",
    "STARTTLS, GREETING",
    "STARTTLS, STARTTLS",
    "STARTTLS, AUTH",
    "STARTTLS, CONTENT",
    "TLS, GREETING",
    "TLS, AUTH",
    "TLS, CONTENT",
  })
  void shouldRetryWhereverAnAnswerDoesNotEnd(String security, String command) throws Exception {
    for (String reply : List.of(SmtpStub.ENDLESS_REPLY, SmtpStub.ENDLESS_LINE)) {
      try (SmtpStub server = new SmtpStub().reply(command, reply);
          Channel channel = secured(server, security)) {
        long started = System.nanoTime();

        DeliveryResult result = channel.deliver(MESSAGE);

        assertRetried(result, FailureReason.UNEXPECTED_ANSWER);
        assertThat(result.toString()).contains("has sent more than 262144 bytes");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  void shouldSendNothingInClearWhenStartTlsIsNotOffered() throws Exception {
    try (SmtpStub server = new SmtpStub();
        Channel channel = encrypted(server, EmailConfigs.TIMEOUT)) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.TLS_FAILED);

      assertThat(server.inClear()).allMatch(line -> line.matches("(EHLO|QUIT|RSET).*"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"trusted, other host", "not trusted"})
  void shouldNotSendToAServerWithAnotherCertificate(String kind) throws Exception {
    TestCertificates served =
        TestCertificates.of(kind.equals("not trusted") ? "localhost" : "mail.example.org");
    TestCertificates trusted = kind.equals("not trusted") ? CERTIFICATES : served;
    try (SmtpStub server = new SmtpStub().offering(served.server());
        Channel channel = open(server.port(), Security.STARTTLS, trusted, EmailConfigs.TIMEOUT)) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.TLS_FAILED);

      assertThat(server.inClear()).last().asString().matches("STARTTLS|QUIT");
      assertThat(server.encrypted()).isEmpty();
    }
  }

  @Test
  void shouldNotSendInClearToAServerWithoutTls() throws Exception {
    try (SmtpStub server = new SmtpStub();
        Channel channel = open(server.port(), Security.TLS, CERTIFICATES, EmailConfigs.TIMEOUT)) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.TLS_FAILED);
    }
  }

  @Test
  void shouldDeliverToTheOthersWhenARecipientIsRefused() {
    try (SmtpStub server = new SmtpStub().reply("RCPT b@example.com", "550 no such user");
        Channel channel =
            EmailConfigs.open(
                EmailConfigs.to(
                    EmailConfigs.clear(server.port()),
                    "a@example.com",
                    "b@example.com",
                    "c@example.com"))) {
      assertThat(channel.deliver(MESSAGE)).isEqualTo(new Delivered("1 of 3 recipients refused"));
      assertThat(server.inClear()).contains("RCPT TO:<a@example.com>", "RCPT TO:<c@example.com>");
    }
  }

  @Test
  void shouldRetryWhenOneOfTheRefusalsIsTemporary() {
    try (SmtpStub server =
            new SmtpStub()
                .reply("RCPT a@example.com", "550 no such user")
                .reply("RCPT b@example.com", "450 greylisted");
        Channel channel =
            EmailConfigs.open(
                EmailConfigs.to(
                    EmailConfigs.clear(server.port()), "a@example.com", "b@example.com"))) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.SERVER_ERROR);
    }
  }

  @Test
  void shouldSendWithoutTheChartWhenTheServerAcceptsLittle() {
    try (SmtpStub server = new SmtpStub().reply("EHLO", "250-stub\r\n250 SIZE 9000");
        Channel channel =
            EmailConfigs.open(
                EmailConfigs.to(EmailConfigs.clear(server.port()), "ops@example.com"))) {
      assertThat(channel.deliver(MESSAGE)).isEqualTo(new Delivered());
      assertThat(server.inClear())
          .contains("Content-Type: text/html; charset=UTF-8")
          .doesNotContain("Content-Type: image/png");
    }
  }

  @Test
  void shouldRejectAMailThatIsLargerThanTheServerAccepts() {
    try (SmtpStub server = new SmtpStub().reply("EHLO", "250-stub\r\n250 SIZE 900");
        Channel channel =
            EmailConfigs.open(
                EmailConfigs.to(EmailConfigs.clear(server.port()), "ops@example.com"))) {
      assertRejected(channel.deliver(MESSAGE), FailureReason.TOO_LARGE);
      assertThat(server.inClear()).noneMatch(line -> line.startsWith("MAIL"));
    }
  }

  @Test
  void shouldRetryWhenTheConnectionIsRefused() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
    }
    try (Channel channel =
        EmailConfigs.open(EmailConfigs.to(EmailConfigs.clear(port), "ops@example.com"))) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.CONNECT_FAILED);
    }
  }

  @Test
  void shouldRetryWhenTheHostIsUnknown() {
    SmtpConfig unknown = SmtpConfig.at("mail.invalid", 587);
    try (Channel channel = EmailConfigs.open(EmailConfigs.to(unknown, "ops@example.com"))) {
      assertRetried(channel.deliver(MESSAGE), FailureReason.UNKNOWN_HOST);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "10.0.0.1", "169.254.169.254"})
  void shouldRefusePrivateAddressesByDefault(String host) {
    try (SmtpStub canary = new SmtpStub()) {
      EmailConfig config =
          new EmailConfig(
              SmtpConfig.at(host, canary.port()),
              "alerts@example.com",
              List.of("ops@example.com"),
              List.of(),
              EmailTemplatesConfig.defaults(),
              false,
              SHORT,
              SHORT);
      try (Channel channel = EmailConfigs.open(config)) {
        assertRejected(channel.deliver(MESSAGE), FailureReason.BLOCKED_ADDRESS);
      }
      assertThat(canary.inClear()).isEmpty();
    }
  }

  @Test
  void shouldEndAtAnInterrupt() throws Exception {
    try (SmtpStub server = new SmtpStub().reply("EHLO", SmtpStub.HANG);
        Channel channel =
            EmailConfigs.open(
                EmailConfigs.to(EmailConfigs.clear(server.port()), "ops@example.com"))) {
      Thread.currentThread().interrupt();

      DeliveryResult result = channel.deliver(MESSAGE);

      assertThat(Thread.interrupted()).isTrue();
      assertRetried(result, FailureReason.INTERRUPTED);
    }
  }

  @Test
  void shouldLeakNoSecretInAnyFailure() throws Exception {
    PrintStream standardError = System.err;
    PrintStream standardOut = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    PrintStream captured = new PrintStream(shown, true, StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    System.setErr(captured);
    System.setOut(captured);
    try {
      for (String command : List.of("AUTH", "MAIL", "RCPT", "CONTENT")) {
        for (String reply : List.of("454 " + SECRET, "535 " + SECRET, SmtpStub.CLOSE)) {
          try (SmtpStub server =
                  new SmtpStub().offering(CERTIFICATES.server()).reply(command, reply);
              Channel channel = encrypted(server, EmailConfigs.TIMEOUT)) {
            said.append(channel).append(channel.deliver(MESSAGE)).append('\n');
          }
        }
      }
      said.append(EmailConfigs.to(smtp(1, Security.STARTTLS, CERTIFICATES), "a@example.com"));
    } finally {
      System.setErr(standardError);
      System.setOut(standardOut);
    }
    assertThat(said.toString()).contains("Rejected", "Retryable").doesNotContain(SECRET);
    assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET);
  }

  /** A channel to the server, which offers what the channel requires. */
  private Channel secured(SmtpStub server, String security) throws Exception {
    return switch (security) {
      case "TLS" -> {
        server.encryptedAtOnce(CERTIFICATES.server());
        yield open(server.port(), Security.TLS, CERTIFICATES, EmailConfigs.TIMEOUT);
      }
      case "STARTTLS" -> encrypted(server.offering(CERTIFICATES.server()), EmailConfigs.TIMEOUT);
      default ->
          EmailConfigs.open(EmailConfigs.to(EmailConfigs.clear(server.port()), "ops@example.com"));
    };
  }

  private Channel encrypted(SmtpStub server, Duration timeout) throws Exception {
    return open(server.port(), Security.STARTTLS, CERTIFICATES, timeout);
  }

  private Channel open(int port, Security security, TestCertificates trusted, Duration timeout)
      throws Exception {
    return EmailConfigs.open(
        EmailConfigs.to(smtp(port, security, trusted), timeout, "ops@example.com"));
  }

  private SmtpConfig smtp(int port, Security security, TestCertificates trusted) throws Exception {
    return new SmtpConfig(
        "localhost",
        port,
        security,
        "tracetide",
        Secret.of(SECRET),
        trusted.pem(directory).toString());
  }

  private static void assertRetried(DeliveryResult result, FailureReason reason) {
    assertThat(result)
        .isInstanceOfSatisfying(Retryable.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  private static void assertRejected(DeliveryResult result, FailureReason reason) {
    assertThat(result)
        .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }
}
