package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.AlertMessage;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.URLName;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.eclipse.angus.mail.smtp.SMTPTransport;
import org.jspecify.annotations.Nullable;

/** One attempt to send one mail, in one connection. {@link #abort} ends it from another thread. */
final class SmtpDialogue implements Callable<DeliveryResult> {
  /** Several hundred replies of the greatest length that RFC 5321 permits. */
  private static final int MOST_BYTES_READ = 256 * 1024;

  private final SmtpServer server;
  private final MailWriter mails;
  private final AlertMessage message;
  private final BoundedSocket socket = new BoundedSocket(MOST_BYTES_READ);
  private final SmtpVerdict verdict;

  SmtpDialogue(SmtpServer server, MailWriter mails, AlertMessage message) {
    this.server = server;
    this.mails = mails;
    this.message = message;
    this.verdict = new SmtpVerdict(server.host());
  }

  /** Closes the connection. */
  void abort() {
    try {
      socket.close();
    } catch (IOException e) {
      // The attempt ends all the same: the socket cannot be used any more.
      return;
    }
  }

  @Override
  public DeliveryResult call() throws MessagingException {
    InetAddress[] addresses;
    try {
      addresses = server.resolve();
    } catch (UnknownHostException e) {
      return Retryable.because(FailureReason.UNKNOWN_HOST, "no address for " + server.host());
    }
    if (!server.permits(addresses)) {
      return new Rejected(
          FailureReason.BLOCKED_ADDRESS,
          server.host()
              + " is on this machine or a private network; allowPrivate: true permits that");
    }
    try {
      return exchange(addresses);
    } finally {
      abort();
    }
  }

  private DeliveryResult exchange(InetAddress[] addresses) throws MessagingException {
    SMTPTransport transport =
        new SMTPTransport(server.session(), new URLName("smtp", null, -1, null, null, null));
    try {
      server.connect(socket, addresses);
      transport.connect(server.secured(socket));
    } catch (IOException e) {
      return bounded(verdict.notConnected(e));
    } catch (MessagingException e) {
      return bounded(verdict.notAdmitted(e, transport.getLastReturnCode()));
    }
    return send(transport);
  }

  private DeliveryResult send(SMTPTransport transport) throws MessagingException {
    Optional<MimeMessage> mail = mails.write(server.session(), message, maxBytes(transport));
    if (mail.isEmpty()) {
      quit(transport);
      return new Rejected(
          FailureReason.TOO_LARGE, "the mail is larger than " + server.host() + " accepts");
    }
    Address[] recipients = mail.get().getAllRecipients();
    try {
      transport.sendMessage(mail.get(), recipients);
    } catch (MessagingException e) {
      return bounded(verdict.notSent(e, recipients.length, transport.getLastReturnCode()));
    }
    quit(transport);
    return new Delivered();
  }

  /** The result of a failure. The exception of a read beyond the limit may be lost in others. */
  private DeliveryResult bounded(DeliveryResult result) {
    return socket.isExceeded() && !(result instanceof Delivered)
        ? verdict.sentTooMuch(MOST_BYTES_READ)
        : result;
  }

  /** The mail is accepted already, so a failure does not matter. */
  private static void quit(SMTPTransport transport) {
    try {
      transport.close();
    } catch (MessagingException e) {
      return;
    }
  }

  /** Limit that the server has announced (RFC 1870). */
  private static long maxBytes(SMTPTransport transport) {
    @Nullable String size = transport.getExtensionParameter("SIZE");
    boolean limited = size != null && size.matches("[1-9][0-9]{0,17}");
    return limited ? Long.parseLong(size) : Long.MAX_VALUE;
  }
}
