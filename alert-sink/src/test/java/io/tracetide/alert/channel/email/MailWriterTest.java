package io.tracetide.alert.channel.email;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.Messages;
import io.tracetide.alert.Notifications;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.alert.channel.InjectionCorpus;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.runtime.config.KafkaConfig;
import jakarta.mail.BodyPart;
import jakarta.mail.Header;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MailWriterTest {
  private static final Session SESSION = Session.getInstance(new Properties());
  private static final Pattern TAG = Pattern.compile("<[^>]*>");
  private static final List<String> HEADERS =
      List.of(
          "Auto-Submitted",
          "Cc",
          "Content-Type",
          "Date",
          "From",
          "In-Reply-To",
          "MIME-Version",
          "Message-ID",
          "References",
          "Subject",
          "To",
          "X-Tracetide-Notification");

  private final List<String> failures = new ArrayList<>();

  @Test
  void shouldWriteTextHtmlAndChart() throws Exception {
    MimeMessage mail = write(EmailTemplatesConfig.defaults(), InjectionCorpus.harmless());

    assertThat(headers(mail)).containsExactlyElementsOf(HEADERS);
    assertThat(mail.getHeader("Auto-Submitted", " ")).isEqualTo("auto-generated");
    assertThat(mail.getHeader("X-Tracetide-Notification", " ")).isEqualTo("ops/fp/1");
    assertThat(mail.getMessageID()).matches("<notification\\.[0-9a-f]{40}@example\\.com>");
    assertThat(mail.getSentDate().toInstant()).isEqualTo(Notifications.DECIDED_AT);
    assertThat(mail.getContentType()).startsWith("multipart/alternative");
    assertThat(text(mail))
        .contains(
            "Reason: first notification",
            "Severity: high",
            "Started 2026-03-01 10:00:00 UTC",
            "p95Ms: 840 (expected 120)",
            "Trace (slowest): 4bf92f3577b34da6a3ce929d0e0e4736",
            "Dashboard: https://tracetide.example/ui?a=1&b=2");
    assertThat(html(mail))
        .contains("cid:" + MailHtml.CHART_ID, ">840<", ">120<", ">Silence</a>")
        .doesNotContain("<script", "<style", "http://");
    BodyPart chart = related(mail).getBodyPart(1);
    assertThat(chart.getHeader("Content-ID")).containsExactly("<" + MailHtml.CHART_ID + ">");
    assertThat(ImageIO.read(chart.getInputStream()).getWidth()).isEqualTo(MeasureChart.WIDTH);
  }

  @ParameterizedTest
  @MethodSource("io.tracetide.alert.channel.InjectionCorpus#cases")
  void shouldKeepAnyTextInItsPlace(InjectionCorpus.Case injected) throws Exception {
    MimeMessage mail = write(EmailTemplatesConfig.defaults(), injected.message());

    assertThat(headers(mail)).containsExactlyElementsOf(HEADERS);
    assertThat(mail.getAllRecipients()).hasSize(2);
    assertThat(mail.getSubject()).doesNotContainPattern("[\\p{Cntrl}\\u2028\\u202e]");
    assertThat(tags(html(mail)))
        .isEqualTo(tags(html(write(EmailTemplatesConfig.defaults(), InjectionCorpus.harmless()))));
    assertThat(text(mail)).doesNotContain("\nX-Injected").doesNotContainPattern("[\\u001b\\u202e]");
  }

  @ParameterizedTest
  @MethodSource("io.tracetide.alert.channel.InjectionCorpus#cases")
  void shouldKeepAnyTextInItsPlaceInTemplates(InjectionCorpus.Case injected) throws Exception {
    EmailTemplatesConfig templates =
        new EmailTemplatesConfig(
            "{{summary}} {{tenant}} {{{groupLabels.service}}}",
            "{{title}} {{summary}}",
            "<p title=\"{{title}}\">{{{summary}}}</p>");
    MimeMessage mail = write(templates, injected.message());

    assertThat(headers(mail)).containsExactlyElementsOf(HEADERS);
    assertThat(mail.getSubject()).doesNotContainPattern("[\\p{Cntrl}\\u2028\\u202e]");
    assertThat(tags(html(mail))).hasSize(2);
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldUseTemplatesAndLeaveTheChartOutUnlessTheyShowIt() throws Exception {
    EmailTemplatesConfig templates =
        new EmailTemplatesConfig("Alert of {{tenant}}", "{{reason}}", "<p>{{reason}}</p>");
    MimeMessage mail = write(templates, InjectionCorpus.harmless());

    assertThat(mail.getSubject()).isEqualTo("Alert of default");
    assertThat(text(mail)).isEqualTo("first notification");
    assertThat(html(mail)).isEqualTo("<p>first notification</p>");
    String shown = "<img src=\"cid:" + MailHtml.CHART_ID + "\">";
    assertThat(
            related(write(new EmailTemplatesConfig("", "", shown), InjectionCorpus.harmless()))
                .getCount())
        .isEqualTo(2);
  }

  @Test
  void shouldEncodeTextThatIsNotAscii() throws Exception {
    MimeMessage mail =
        write(
            EmailTemplatesConfig.defaults(),
            InjectionCorpus.message(InjectionCorpus.Field.SERVICE, "größe-\uD83D\uDE00"));

    assertThat(mail.getSubject()).contains("größe-\uD83D\uDE00");
    assertThat(html(mail)).contains("größe-\uD83D\uDE00");
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    mail.writeTo(raw);
    assertThat(raw.toString(ISO_8859_1)).containsPattern("^\\p{ASCII}*$");
  }

  @Test
  void shouldWriteTheSameIdsAgain() throws Exception {
    AlertMessage message = Messages.of(Notifications.firing("ops", "fp", 1));

    MimeMessage first = write(EmailTemplatesConfig.defaults(), message);
    MimeMessage again = write(EmailTemplatesConfig.defaults(), message);

    assertThat(again.getMessageID()).isEqualTo(first.getMessageID());
    assertThat(again.getHeader("References")).isEqualTo(first.getHeader("References"));
  }

  /** The mail as it is read after it was sent. */
  private MimeMessage write(EmailTemplatesConfig templates, AlertMessage message) throws Exception {
    ChannelContext context =
        new ChannelContext(
            "ops",
            Clock.systemUTC(),
            KafkaConfig.defaults(),
            DeliveryMemory.inProcess(),
            (template, why) -> failures.add(template + " " + why));
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    new MailWriter(EmailConfigs.with(templates), context)
        .write(SESSION, message, Long.MAX_VALUE)
        .orElseThrow()
        .writeTo(raw);
    return new MimeMessage(SESSION, new ByteArrayInputStream(raw.toByteArray()));
  }

  private static List<String> headers(MimeMessage mail) throws MessagingException {
    return Collections.list(mail.getAllHeaders()).stream().map(Header::getName).sorted().toList();
  }

  private static String text(MimeMessage mail) throws Exception {
    return String.valueOf(((MimeMultipart) mail.getContent()).getBodyPart(0).getContent());
  }

  private static String html(MimeMessage mail) throws Exception {
    Object second = ((MimeMultipart) mail.getContent()).getBodyPart(1).getContent();
    return String.valueOf(
        second instanceof MimeMultipart related ? related.getBodyPart(0).getContent() : second);
  }

  private static MimeMultipart related(MimeMessage mail) throws Exception {
    return (MimeMultipart) ((MimeMultipart) mail.getContent()).getBodyPart(1).getContent();
  }

  private static List<String> tags(String html) {
    return TAG.matcher(html).results().map(MatchResult::group).map(MailWriterTest::name).toList();
  }

  /** A tag without the values of its attributes. */
  private static String name(String tag) {
    return tag.replaceAll("\"[^\"]*\"", "\"\"");
  }
}
