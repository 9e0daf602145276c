package io.tracetide.alert.channel.email;

import io.tracetide.alert.channel.Channel;
import io.tracetide.alert.channel.ChannelContext;
import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import io.tracetide.alert.message.AlertMessage;
import io.tracetide.schemas.NotificationReason;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one mail per notification, in one thread per group of alerts.
 *
 * <p>The dialogue with the mail server runs in a thread of its own, because a socket of Java cannot
 * be interrupted: at the timeout, or when the delivery is interrupted, the socket is closed, which
 * ends the dialogue wherever it is.
 */
final class EmailChannel implements Channel {
  private static final Logger log = LoggerFactory.getLogger(EmailChannel.class);

  private final String receiver;
  private final Duration timeout;
  private final MailWriter mails;
  private final SmtpServer server;
  private final ExecutorService dialogues;

  EmailChannel(EmailConfig config, ChannelContext context) {
    this.receiver = context.receiver();
    this.timeout = config.timeout();
    this.mails = new MailWriter(config, context);
    this.server = new SmtpServer(config);
    this.dialogues =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "smtp-" + receiver);
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public String kind() {
    return "email";
  }

  @Override
  public boolean sends(NotificationReason reason) {
    return !AlertMessage.isAboutAcknowledgement(reason);
  }

  @Override
  public DeliveryResult deliver(AlertMessage message) {
    SmtpDialogue dialogue = new SmtpDialogue(server, mails, message);
    Future<DeliveryResult> result = dialogues.submit(dialogue);
    try {
      return noted(result.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      dialogue.abort();
      return Retryable.because(
          FailureReason.TIMEOUT,
          "no answer from " + server.host() + " within " + timeout.toMillis() + " ms");
    } catch (InterruptedException e) {
      dialogue.abort();
      Thread.currentThread().interrupt();
      return Retryable.because(FailureReason.INTERRUPTED, "cut short by a shutdown");
    } catch (ExecutionException e) {
      throw new IllegalStateException("the mail could not be written", e.getCause());
    }
  }

  private DeliveryResult noted(DeliveryResult result) {
    if (result instanceof Delivered delivered && !delivered.detail().isEmpty()) {
      log.warn("mail delivered in part receiver={} detail={}", receiver, delivered.detail());
    }
    return result;
  }

  @Override
  public void close() {
    dialogues.shutdownNow();
  }
}
