package io.tracetide.alert;

import io.tracetide.alert.message.AlertMessage;
import io.tracetide.alert.message.Links;
import io.tracetide.alert.message.MessageBuilder;
import io.tracetide.schemas.Notification;

/** Messages for tests, without links. */
public final class Messages {

  public static AlertMessage of(Notification notification) {
    return new MessageBuilder(Links.none()).build(notification);
  }

  /** The message of a notification to a channel of a receiver with this name. */
  public static AlertMessage of(Notification notification, String receiver) {
    return new MessageBuilder(Links.none()).of(receiver).build(notification);
  }

  private Messages() {}
}
