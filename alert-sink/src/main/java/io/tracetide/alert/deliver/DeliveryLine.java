package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.ChannelConfig;
import io.tracetide.runtime.kafka.delivery.DeliveryQueue;
import io.tracetide.runtime.kafka.delivery.DeliveryReader;
import io.tracetide.schemas.topic.Topics;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All that works for one receiver: its reader, queue and worker, on two threads.
 *
 * <p>A reload replaces the settings and keeps the rest, so that a delivery in flight ends as it
 * began and no other one is repeated. A receiver that is not configured any more is retired: its
 * line rejects what waits for it, from where its deliveries have ended.
 */
final class DeliveryLine {
  private final Receiver receiver;
  private final DeliveryQueue queue;
  private final SettingsInUse settings;
  private final DeliveryReader reader;
  private final ReceiverWorker worker;
  private final Thread reading;
  private final Thread sending;
  private final Runnable unregister;
  private final boolean added;
  private volatile @Nullable Long retiredAtNanos;

  /**
   * A line that is not started.
   *
   * @param added whether a reload has added it
   */
  DeliveryLine(
      Receiver receiver,
      LineSettings first,
      OutcomeLog outcomes,
      DeliveryEnvironment environment,
      boolean added) {
    this.receiver = receiver;
    this.settings = new SettingsInUse(first);
    this.added = added;
    queue = new DeliveryQueue(System::nanoTime, first.limit());
    unregister = environment.metrics().pending(receiver.name(), queue::size);
    reader =
        new DeliveryReader(
            receiver.name(),
            Topics.NOTIFICATIONS,
            receiver.concerns(),
            () -> environment.consumers().apply(receiver.groupId()),
            queue,
            first.delivery(),
            environment.catchUp());
    worker = new ReceiverWorker(receiver, queue, settings, outcomes, environment);
    reading = new Thread(reader, "deliver-read-" + receiver.name());
    sending = new Thread(worker, "deliver-send-" + receiver.name());
  }

  void start() {
    reading.start();
    sending.start();
  }

  String name() {
    return receiver.name();
  }

  LineSettings settings() {
    return settings.current();
  }

  /** Whether the channel that is open has these settings. */
  boolean isOf(ChannelConfig channel) {
    return channel.equals(settings().open().config());
  }

  /**
   * Uses other settings from the next attempt on. What waits for a retry is tried again at once if
   * the channel is another one.
   */
  void configure(LineSettings next) {
    boolean sameChannel = settings().channel() == next.channel();
    settings.replace(next);
    reader.configure(next.delivery());
    queue.limit(next.limit());
    if (!sameChannel) {
      queue.retryNow();
    }
    if (!next.open().isOfUnknown()) {
      retiredAtNanos = null;
    }
  }

  /** Rejects what waits and what still comes. */
  void retire(LineSettings unknown) {
    configure(unknown);
    retiredAtNanos = System.nanoTime();
  }

  boolean isRetired() {
    return retiredAtNanos != null;
  }

  /** Whether it was retired at least so long ago, and nothing has come since. */
  boolean isOver(Duration after) {
    Long retired = retiredAtNanos;
    return retired != null && System.nanoTime() - retired >= after.toNanos() && reader.isIdle();
  }

  boolean isAlive() {
    return reading.isAlive() && sending.isAlive();
  }

  /** Whether its notifications are read, or will be: a reload has just added it. */
  boolean isReading() {
    return reader.trouble().isEmpty() || (added && reader.isStarting());
  }

  ReceiverStatus status() {
    OpenChannel open = settings().open();
    return new ReceiverStatus(
        receiver.name(),
        open.channel().kind(),
        queue.size(),
        reader.trouble(),
        worker.trouble(),
        open.templates().last());
  }

  /** Ends reading; {@link #stop} waits for it. */
  void closeReader() {
    reader.close();
  }

  /**
   * Lets the delivery in flight end and commits what is done.
   *
   * @param patience for each of the two threads
   * @return true if the caller was interrupted meanwhile
   */
  boolean stop(Duration patience) {
    closeReader();
    boolean interrupted = join(reading, patience);
    sending.interrupt();
    interrupted |= join(sending, patience);
    settings.close();
    unregister.run();
    return interrupted;
  }

  @SuppressWarnings("InterruptedExceptionSwallowed") // handed to the caller, who has more to stop
  private static boolean join(Thread thread, Duration patience) {
    try {
      thread.join(patience.toMillis());
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }
}
