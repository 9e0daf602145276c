package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.jspecify.annotations.Nullable;

/**
 * The result of a delivery by the failure of the dialogue. Replies 4xx and lost connections are
 * retried, replies 5xx are not (RFC 5321, 4.2.1). Texts of the server are not shown, because they
 * may repeat addresses and user names.
 */
final class SmtpVerdict {
  private final String host;

  SmtpVerdict(String host) {
    this.host = host;
  }

  /** No connection, or none that is secure. */
  DeliveryResult notConnected(IOException failure) {
    return failure instanceof SSLException
        ? notSecure()
        : Retryable.because(FailureReason.CONNECT_FAILED, "no connection to " + host);
  }

  /**
   * The server does not accept the connection or the credentials.
   *
   * @param reply code of its last reply; not positive without one
   */
  DeliveryResult notAdmitted(MessagingException failure, int reply) {
    if (cause(failure, SSLException.class) != null) {
      return notSecure();
    }
    if (failure instanceof AuthenticationFailedException && reply > 0) {
      return reply >= 400 && reply < 500
          ? Retryable.because(FailureReason.SERVER_ERROR, answered(reply) + " to the credentials")
          : new Rejected(FailureReason.UNAUTHORIZED, answered(reply) + " to the credentials");
    }
    // Without STARTTLS the last reply is a success, that of EHLO.
    boolean succeeded = reply >= 200 && reply < 400;
    if (succeeded && cause(failure, IOException.class) == null) {
      return Retryable.because(
          FailureReason.TLS_FAILED,
          host + " offers no STARTTLS, and the mail is not sent in clear");
    }
    return succeeded ? lost(failure) : byReply(reply, "", failure);
  }

  /**
   * The server does not accept the mail, or not for all recipients.
   *
   * @param recipients their number
   * @param reply code of its last reply; not positive without one
   */
  DeliveryResult notSent(MessagingException failure, int recipients, int reply) {
    if (failure instanceof SendFailedException sending) {
      int reached = count(sending.getValidSentAddresses());
      if (reached > 0) {
        return new Delivered((recipients - reached) + " of " + recipients + " recipients refused");
      }
      List<Integer> refusals = refusals(sending);
      if (!refusals.isEmpty()) {
        int worst =
            refusals.stream().filter(code -> code < 500).findFirst().orElse(refusals.get(0));
        return byReply(worst, " to all " + recipients + " recipients", failure);
      }
    }
    if (failure instanceof SMTPSendFailedException sending) {
      return byReply(sending.getReturnCode(), " to " + command(sending.getCommand()), failure);
    }
    if (failure instanceof SMTPSenderFailedException sender) {
      return byReply(sender.getReturnCode(), " to the sender's address", failure);
    }
    return byReply(cause(failure, IOException.class) == null ? reply : -1, "", failure);
  }

  /**
   * The server does not end its replies, or not its lines.
   *
   * @param limit bytes that are read at most in one dialogue
   */
  DeliveryResult sentTooMuch(long limit) {
    return Retryable.because(
        FailureReason.UNEXPECTED_ANSWER,
        "the mail server " + host + " has sent more than " + limit + " bytes");
  }

  private DeliveryResult byReply(int reply, String to, MessagingException failure) {
    if (reply == 530 || reply == 534 || reply == 535 || reply == 538) {
      return new Rejected(FailureReason.UNAUTHORIZED, answered(reply) + to);
    }
    if (reply == 552 || reply == 523) {
      return new Rejected(FailureReason.TOO_LARGE, answered(reply) + to);
    }
    if (reply >= 500 && reply < 600) {
      return new Rejected(FailureReason.CLIENT_ERROR, answered(reply) + to);
    }
    if (reply >= 400 && reply < 500) {
      return Retryable.because(FailureReason.SERVER_ERROR, answered(reply) + to);
    }
    return reply > 0
        ? Retryable.because(FailureReason.UNEXPECTED_ANSWER, answered(reply) + to)
        : lost(failure);
  }

  private DeliveryResult lost(MessagingException failure) {
    if (cause(failure, SSLException.class) != null) {
      return notSecure();
    }
    return cause(failure, SocketTimeoutException.class) != null
        ? Retryable.because(FailureReason.TIMEOUT, "no answer from " + host)
        : Retryable.because(FailureReason.CONNECTION_LOST, host + " closed without an answer");
  }

  private DeliveryResult notSecure() {
    return Retryable.because(
        FailureReason.TLS_FAILED, "no secure connection to " + host + ": certificate or protocol");
  }

  private static String answered(int reply) {
    return "answered with " + reply;
  }

  /** The command without its parameters. */
  private static String command(@Nullable String command) {
    if (command == null || command.isBlank() || command.equals(".")) {
      return "the content";
    }
    return command.strip().split("[ :]", 2)[0];
  }

  private static int count(Address @Nullable [] addresses) {
    return addresses == null ? 0 : addresses.length;
  }

  /** Reply codes of the refused recipients. */
  private static List<Integer> refusals(MessagingException failure) {
    List<Integer> codes = new ArrayList<>();
    for (Exception next = failure; next instanceof MessagingException messaging; ) {
      if (next instanceof SMTPAddressFailedException refused) {
        codes.add(refused.getReturnCode());
      }
      next = messaging.getNextException();
    }
    return codes;
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
