package io.tracetide.alert.topology;

import io.tracetide.schemas.AlertCommand;
import io.tracetide.schemas.AlertInput;
import io.tracetide.schemas.Notification;
import java.util.List;

/** An output of the decision, by the topic that it is for. */
sealed interface Decided {

  default List<Notification> notifications() {
    return this instanceof Notify notify ? List.of(notify.notification()) : List.of();
  }

  default List<AlertCommand> commands() {
    return this instanceof Accepted accepted ? List.of(accepted.command()) : List.of();
  }

  default List<AlertInput> ticks() {
    return this instanceof Tick tick ? List.of(tick.input()) : List.of();
  }

  /** A notification; the key is that of its topic. */
  record Notify(Notification notification) implements Decided {}

  /** A command that was carried out; the key is its id. */
  record Accepted(AlertCommand command) implements Decided {}

  /** Timers of this partition are due, or the watchdog is reported. */
  record Tick(AlertInput input) implements Decided {}
}
