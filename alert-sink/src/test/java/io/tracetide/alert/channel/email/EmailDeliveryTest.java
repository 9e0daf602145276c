package io.tracetide.alert.channel.email;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.channel.email.SmtpConfig.Security;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.Secret;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The channel and a mail server with mailboxes. */
class EmailDeliveryTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.of("localhost");
  private static final Secret PASSWORD = Secret.of("canary-5ecret");
  private static final AlertMessage FIRING = Messages.of(Notifications.firing("ops", "fp", 1));

  @TempDir static Path directory;
  private static GreenMail mail;
  private static String ca;

  @BeforeAll
  static void start() throws Exception {
    System.setProperty("greenmail.tls.keystore.file", CERTIFICATES.keyStore(directory).toString());
    System.setProperty("greenmail.tls.keystore.password", TestCertificates.PASSWORD);
    ca = CERTIFICATES.pem(directory).toString();
    mail =
        new GreenMail(
            new ServerSetup[] {
              new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
              new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS)
            });
    mail.start();
    mail.setUser("ops@example.com", "tracetide", PASSWORD.reveal());
  }

  @AfterAll
  static void stop() {
    mail.stop();
  }

  @BeforeEach
  void empty() throws Exception {
    mail.purgeEmailFromAllMailboxes();
  }

  @Test
  void shouldDeliverOverStartTlsWithCredentials() throws Exception {
    try (SmtpStub front =
            new SmtpStub().offering(CERTIFICATES.server()).before(mail.getSmtp().getPort());
        Channel channel = open(front.port(), Security.STARTTLS, PASSWORD)) {
      assertThat(channel.kind()).isEqualTo("email");
      assertThat(channel.deliver(FIRING)).isEqualTo(new Delivered());

      MimeMessage received = mail.getReceivedMessages()[0];
      assertThat(received.getSubject()).startsWith("[FIRING:1]");
      assertThat(received.getFrom()[0]).hasToString("Tracetide <alerts@example.com>");
      assertThat(front.inClear()).hasSize(2).last().isEqualTo("STARTTLS");
    }
  }

  @Test
  void shouldDeliverOverTlsWithCredentials() {
    try (Channel channel = open(mail.getSmtps().getPort(), Security.TLS, PASSWORD)) {
      assertThat(channel.deliver(FIRING)).isEqualTo(new Delivered());
      assertThat(mail.getReceivedMessages()).hasSize(1);
    }
  }

  @Test
  void shouldDeliverInClearToAServerOfThisMachine() {
    try (Channel channel = EmailConfigs.open(EmailConfigs.to(plain(), "ops@example.com"))) {
      assertThat(channel.deliver(FIRING)).isEqualTo(new Delivered());
      assertThat(mail.getReceivedMessages()).hasSize(1);
    }
  }

  @Test
  void shouldRejectAWrongPasswordWithoutShowingIt() {
    try (Channel channel =
        open(mail.getSmtps().getPort(), Security.TLS, Secret.of("wr0ng-canary"))) {
      DeliveryResult result = channel.deliver(FIRING);

      assertThat(result)
          .isInstanceOfSatisfying(
              Rejected.class, r -> assertThat(r.reason()).isEqualTo(FailureReason.UNAUTHORIZED));
      assertThat(result.toString()).doesNotContain("canary", "tracetide");
      assertThat(mail.getReceivedMessages()).isEmpty();
    }
  }

  @Test
  void shouldSendAllNotificationsOfAGroupInOneThread() throws Exception {
    try (Channel channel = EmailConfigs.open(EmailConfigs.to(plain(), "ops@example.com"))) {
      channel.deliver(FIRING);
      channel.deliver(FIRING);
      channel.deliver(Messages.of(Notifications.resolved("ops", "fp", 2)));
      channel.deliver(Messages.of(Notifications.firing("ops", "other", 1)));
    }

    MimeMessage[] received = mail.getReceivedMessages();
    assertThat(received).hasSize(4);
    assertThat(received[1].getMessageID()).isEqualTo(received[0].getMessageID());
    assertThat(received[2].getMessageID()).isNotEqualTo(received[0].getMessageID());
    String thread = received[0].getHeader("References", " ");
    assertThat(thread).matches("<group\\.[0-9a-f]{40}@example\\.com>");
    assertThat(received[0].getHeader("In-Reply-To", " ")).isEqualTo(thread);
    assertThat(received[2].getHeader("References", " ")).isEqualTo(thread);
    assertThat(received[3].getHeader("References", " ")).isNotEqualTo(thread);
  }

  private static SmtpConfig plain() {
    return EmailConfigs.clear(mail.getSmtp().getPort());
  }

  private static Channel open(int port, Security security, Secret password) {
    return EmailConfigs.open(
        EmailConfigs.to(
            new SmtpConfig("localhost", port, security, "tracetide", password, ca),
            "ops@example.com"));
  }
}
