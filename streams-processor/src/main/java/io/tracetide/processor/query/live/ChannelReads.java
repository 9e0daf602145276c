package io.tracetide.processor.query.live;

import io.tracetide.processor.query.http.AnswerJson;
import io.tracetide.processor.query.live.view.Item;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of channels: snapshots, each for all clients that wait for one, and points that
 * changes have touched. Reads block and have threads of their own; their results come back to the
 * thread of the broker.
 */
final class ChannelReads {
  private static final Logger log = LoggerFactory.getLogger(ChannelReads.class);
  private static final long LONGEST_NANOS = Duration.ofSeconds(15).toNanos();
  private static final long RETRY_MS = 1_000;
  private static final long BETWEEN_POINTS_MS = 1_000;
  private static final int MOST_POINTS = 16;

  /** Receives the results of reads, in the thread of the broker. */
  interface Listener {
    /** Subscriptions of the channel have something new. */
    void progressed(LiveChannel channel);

    /** The state could not be read, and is read again. */
    void delayed(LiveChannel channel, String detail);

    /** The state cannot be read for this filter. */
    void failed(LiveChannel channel, String title, String detail);
  }

  private final Executor readers;
  private final Executor broker;
  private final Listener listener;

  /**
   * Reads in other threads.
   *
   * @param readers runs what blocks; rejects what it has no room for
   * @param broker runs what changes channels
   */
  ChannelReads(Executor readers, Executor broker, Listener listener) {
    this.readers = readers;
    this.broker = broker;
    this.listener = listener;
  }

  /** Begins the reads of a channel that are due. */
  void begin(LiveChannel channel, long nowMs) {
    if (channel.reads.isDue(nowMs)) {
      snapshot(channel, nowMs);
    }
    if (!channel.reads.readingPoints && nowMs >= channel.reads.pointsNotBeforeMs) {
      points(channel, nowMs);
    }
  }

  private void snapshot(LiveChannel channel, long nowMs) {
    long begunAt = channel.seq();
    String again = channel.reads.again;
    channel.reads.reading = true;
    channel.reads.again = "";
    long deadline = System.nanoTime() + LONGEST_NANOS;
    run(
        () ->
            channel
                .view()
                .read(
                    Instant.ofEpochMilli(nowMs),
                    new CancellationCheck(() -> System.nanoTime() - deadline > 0)),
        answer -> {
          channel.reads.reading = false;
          channel.view().hasRead(answer);
          finish(channel, AnswerJson.bytes(answer), begunAt, again, nowMs);
        },
        failure -> {
          channel.reads.reading = false;
          channel.reads.again = again.isEmpty() ? channel.reads.again : again;
          channel.reads.notBeforeMs = nowMs + RETRY_MS;
          report(channel, failure);
        });
  }

  private void finish(LiveChannel channel, byte[] answer, long begunAt, String again, long nowMs) {
    if (!again.isEmpty()) {
      channel.snapshot(answer, begunAt, again, nowMs);
      long before = channel.seq() - 1;
      channel.reads.waiting.forEach(subscription -> subscription.resume(before));
      channel.reads.waiting.clear();
    } else if (!channel.hasAllAfter(begunAt)) {
      return; // Read again: the updates since the beginning of this read are not kept any more.
    } else {
      LiveUpdate first = LiveUpdate.ofSnapshot(begunAt, nowMs, answer, SnapshotReason.SUBSCRIBED);
      channel.reads.waiting.forEach(subscription -> subscription.begin(first));
      channel.reads.waiting.clear();
    }
    listener.progressed(channel);
  }

  private void report(LiveChannel channel, RuntimeException failure) {
    String detail = String.valueOf(failure.getMessage());
    if (failure instanceof BadParameterException) {
      channel.reads.again = "";
      listener.failed(channel, "Bad parameter", detail);
    } else if (failure instanceof StoresUnavailableException) {
      listener.delayed(channel, detail);
    } else if (failure instanceof CancellationException) {
      listener.delayed(channel, "The state was not read in time.");
    } else if (failure instanceof RejectedExecutionException) {
      listener.delayed(channel, "Too many queries are queued.");
    } else {
      log.error("live query not read", failure);
      listener.failed(channel, "Internal error", "The state could not be read.");
    }
  }

  private void points(LiveChannel channel, long nowMs) {
    List<Supplier<List<Item>>> reads = channel.view().readAgain(MOST_POINTS);
    if (reads.isEmpty()) {
      return;
    }
    channel.reads.readingPoints = true;
    channel.reads.pointsNotBeforeMs = nowMs + BETWEEN_POINTS_MS;
    run(
        () -> reads.stream().flatMap(read -> read.get().stream()).toList(),
        items -> {
          channel.reads.readingPoints = false;
          items.forEach(channel::put);
        },
        failure -> {
          // The whole state is read instead, when it can be read again.
          channel.reads.readingPoints = false;
          channel.reads.again = SnapshotReason.NOT_READ;
        });
  }

  private <T> void run(Supplier<T> read, Consumer<T> result, Consumer<RuntimeException> failed) {
    try {
      readers.execute(
          () -> {
            T answer;
            try {
              answer = read.get();
            } catch (RuntimeException e) {
              broker.execute(() -> failed.accept(e));
              return;
            }
            broker.execute(() -> result.accept(answer));
          });
    } catch (RejectedExecutionException e) {
      failed.accept(e);
    }
  }
}
