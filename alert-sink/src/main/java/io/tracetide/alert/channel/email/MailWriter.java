package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.PlainText;
import io.tracetide.alert.channel.TemplateFailures;
import io.tracetide.alert.channel.template.Escapes;
import io.tracetide.alert.channel.template.MessageTemplate;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.Notification;
import jakarta.activation.DataHandler;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Writes the mail of a notification: plain text, HTML, and a chart in it.
 *
 * <p>The id of the mail is derived from the notification, so that it is the same at a retry. All
 * mails of a group refer to the same parent, whose id is derived from the group, so that mail
 * programs show them as one thread. No mail has that id.
 */
final class MailWriter {
  private static final int MAX_SUBJECT = 200;
  private static final String UTF8 = "UTF-8";

  private final InternetAddress from;
  private final List<InternetAddress> to;
  private final List<InternetAddress> cc;
  private final String receiver;
  private final TemplateFailures failures;
  private final Optional<MessageTemplate> subject;
  private final Optional<MessageTemplate> text;
  private final Optional<MessageTemplate> html;

  MailWriter(EmailConfig config, ChannelContext context) {
    this.from = config.sender();
    this.to = EmailConfig.addresses(config.to());
    this.cc = EmailConfig.addresses(config.cc());
    this.receiver = context.receiver();
    this.failures = context.templates();
    EmailTemplatesConfig templates = config.templates();
    this.subject = MessageTemplate.parseIfPresent("subject", templates.subject(), Escapes::plain);
    this.text = MessageTemplate.parseIfPresent("text", templates.text(), Escapes::plain);
    this.html = MessageTemplate.parseIfPresent("html", templates.html(), Escapes::html);
  }

  /**
   * The mail, without the chart when it would be too large with it; empty when it is too large
   * anyway.
   *
   * @param maxBytes size that the server accepts
   */
  Optional<MimeMessage> write(Session session, AlertMessage message, long maxBytes)
      throws MessagingException {
    Optional<byte[]> chart =
        message.alerts().isEmpty()
            ? Optional.empty()
            : MeasureChart.png(message.alerts().get(0).measures(), message.isFiring());
    Optional<MimeMessage> mail = fitting(mail(session, message, chart), maxBytes);
    return mail.isPresent() || chart.isEmpty()
        ? mail
        : fitting(mail(session, message, Optional.empty()), maxBytes);
  }

  private MimeMessage mail(Session session, AlertMessage message, Optional<byte[]> chart)
      throws MessagingException {
    Notification notification = message.notification();
    MimeMessage mail =
        new IdentifiedMail(session, id("notification", receiver, notification.getNotificationId()));
    mail.setFrom(from);
    mail.setRecipients(RecipientType.TO, to.toArray(InternetAddress[]::new));
    mail.setRecipients(RecipientType.CC, cc.toArray(InternetAddress[]::new));
    mail.setSentDate(Date.from(notification.getDecidedAt()));
    setSubject(mail, subjectOf(message));
    String thread = id("group", notification.getTenantId() + '\0' + receiver, message.groupKey());
    mail.setHeader("In-Reply-To", thread);
    mail.setHeader("References", thread);
    mail.setHeader("Auto-Submitted", "auto-generated");
    mail.setHeader("X-Tracetide-Notification", header(notification.getNotificationId()));
    mail.setContent(content(message, chart));
    mail.saveChanges();
    return mail;
  }

  /**
   * Sets the subject. Plain ASCII is not folded: some programs take a backslash before a fold for
   * an escape of the line break.
   */
  private static void setSubject(MimeMessage mail, String subject) throws MessagingException {
    if (subject.chars().allMatch(c -> c < 128)) {
      mail.setHeader("Subject", subject);
    } else {
      mail.setSubject(subject, UTF8);
    }
  }

  private String subjectOf(AlertMessage message) {
    String line =
        subject
            .flatMap(template -> template.render(message, failures))
            .map(rendered -> rendered.strip().replace('\n', ' '))
            .filter(rendered -> !rendered.isBlank())
            .orElse(message.title());
    return headerText(line);
  }

  private MimeMultipart content(AlertMessage message, Optional<byte[]> chart)
      throws MessagingException {
    String plain =
        text.flatMap(template -> template.render(message, failures))
            .orElseGet(() -> MailText.of(message));
    String markup =
        html.flatMap(template -> template.render(message, failures))
            .orElseGet(() -> MailHtml.of(message, chart.isPresent()));
    MimeBodyPart textPart = new MimeBodyPart();
    textPart.setText(plain, UTF8);
    MimeBodyPart htmlPart = new MimeBodyPart();
    htmlPart.setText(markup, UTF8, "html");
    boolean shown = markup.contains("cid:" + MailHtml.CHART_ID);
    MimeMultipart alternative = new MimeMultipart("alternative", textPart);
    if (chart.isPresent() && shown) {
      MimeBodyPart related = new MimeBodyPart();
      related.setContent(new MimeMultipart("related", htmlPart, image(chart.get())));
      alternative.addBodyPart(related);
    } else {
      alternative.addBodyPart(htmlPart);
    }
    return alternative;
  }

  private static MimeBodyPart image(byte[] png) throws MessagingException {
    MimeBodyPart image = new MimeBodyPart();
    image.setDataHandler(new DataHandler(new ByteArrayDataSource(png, "image/png")));
    image.setContentID("<" + MailHtml.CHART_ID + ">");
    image.setDisposition(Part.INLINE);
    image.setFileName("measures.png");
    return image;
  }

  /** An id of a mail: a hash, in the domain of the sender. */
  private String id(String kind, String scope, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((scope + '\0' + name).getBytes(StandardCharsets.UTF_8));
      String address = from.getAddress();
      String domain =
          address.substring(address.lastIndexOf('@') + 1).replaceAll("[^A-Za-z0-9.-]", "");
      return "<" + kind + "." + HexFormat.of().formatHex(hash, 0, 20) + "@" + domain + ">";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String header(String value) {
    try {
      String encoded = MimeUtility.encodeText(headerText(value), UTF8, null);
      return MimeUtility.fold("X-Tracetide-Notification: ".length(), encoded);
    } catch (UnsupportedEncodingException e) {
      throw new IllegalStateException("every Java platform has UTF-8", e);
    }
  }

  /** One line in which nothing is taken for an encoded word (RFC 2047). */
  private static String headerText(String text) {
    return PlainText.oneLine(text, MAX_SUBJECT).replace("=?", "= ?");
  }

  private static Optional<MimeMessage> fitting(MimeMessage mail, long maxBytes)
      throws MessagingException {
    CountedBytes bytes = new CountedBytes();
    try {
      mail.writeTo(bytes);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written to a device", e);
    }
    return bytes.count <= maxBytes ? Optional.of(mail) : Optional.empty();
  }

  /** A mail that keeps its id when it is saved. */
  private static final class IdentifiedMail extends MimeMessage {
    private final String id;

    IdentifiedMail(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }

  private static final class CountedBytes extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      count += length;
    }
  }
}
