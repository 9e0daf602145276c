package io.tracetide.processor.query.peer;

import io.tracetide.processor.query.peer.PeerReply.Answered;
import io.tracetide.processor.query.peer.PeerReply.Failed;
import io.tracetide.processor.query.peer.message.MalformedMessageException;
import io.tracetide.processor.query.peer.message.PeerFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One query's questions to the hosts of partitions that are not held here. All hosts work at the
 * same time; of each host few answers are awaited at once, and the next is asked for when one has
 * been taken, so that what is held in memory does not grow with the number of partitions. All
 * methods are called by the thread of the query.
 *
 * @param <A> answer for one partition
 */
final class FanOut<A> implements AutoCloseable {
  /** One travels while another is taken. */
  private static final int AT_ONCE = 2;

  private static final long LOOK_MILLIS = 100;

  /** Asks a host for a partition. */
  interface Ask {
    PeerCall ask(String host, int partition);
  }

  /** Reads an answer about a partition; throws {@link MalformedMessageException}. */
  interface Decoder<A> {
    A decode(byte[] message, int partition);
  }

  private record Asked(String host, int partition, PeerCall call) {}

  private final Ask ask;
  private final Decoder<A> decoder;
  private final PeerWarnings troubles;
  private final PeerMetrics metrics;
  private final Map<String, Deque<Integer>> waiting = new HashMap<>();
  private final Set<Asked> underWay = new HashSet<>();
  private final LinkedBlockingQueue<Asked> arrivals = new LinkedBlockingQueue<>();
  private final SortedSet<String> missing = new TreeSet<>();

  /**
   * Asks the first questions.
   *
   * @param wanted partitions by host
   */
  FanOut(
      Map<String, List<Integer>> wanted,
      Ask ask,
      Decoder<A> decoder,
      PeerWarnings troubles,
      PeerMetrics metrics) {
    this.ask = ask;
    this.decoder = decoder;
    this.troubles = troubles;
    this.metrics = metrics;
    wanted.forEach(
        (host, partitions) -> {
          waiting.put(host, new ArrayDeque<>(partitions));
          Optional<Failed> resting = troubles.resting(host);
          if (resting.isPresent()) {
            giveUp(host, resting.get().reason());
          }
          for (int i = 0; i < AT_ONCE; i++) {
            askNext(host);
          }
        });
  }

  /**
   * Takes every answer as it arrives.
   *
   * @param givenUp whether nobody waits any more
   * @return hosts of which not everything was read, sorted
   */
  List<String> drain(Consumer<A> taker, BooleanSupplier givenUp) {
    while (!underWay.isEmpty()) {
      Asked arrived = next(givenUp);
      underWay.remove(arrived);
      take(arrived, taker);
      askNext(arrived.host());
    }
    return List.copyOf(missing);
  }

  /** Gives up what is still under way. */
  @Override
  public void close() {
    underWay.forEach(asked -> asked.call().abort().run());
  }

  private void askNext(String host) {
    Integer partition = waiting.getOrDefault(host, new ArrayDeque<>()).poll();
    if (partition == null) {
      return;
    }
    Asked asked = new Asked(host, partition, ask.ask(host, partition));
    underWay.add(asked);
    CompletableFuture<Boolean> unused =
        asked.call().reply().thenApply(reply -> arrivals.add(asked));
  }

  private Asked next(BooleanSupplier givenUp) {
    try {
      while (true) {
        @Nullable Asked arrived = arrivals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (givenUp.getAsBoolean()) {
          throw new CancellationException("nobody waits for the answer");
        }
        if (arrived != null) {
          return arrived;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the processor is shutting down");
    }
  }

  private void take(Asked arrived, Consumer<A> taker) {
    PeerReply reply = arrived.call().reply().join();
    if (reply instanceof Answered answered) {
      A answer;
      try {
        answer = decoder.decode(answered.message(), arrived.partition());
      } catch (MalformedMessageException e) {
        fail(arrived.host(), new Failed(e.failure(), String.valueOf(e.getMessage())));
        return;
      }
      metrics.answered(1);
      troubles.answered(arrived.host());
      taker.accept(answer);
    } else if (reply instanceof Failed failed) {
      fail(arrived.host(), failed);
    }
  }

  private void fail(String host, Failed failed) {
    metrics.failed(failed.reason());
    missing.add(host);
    if (failed.reason().ofHost()) {
      troubles.failed(host, failed);
      giveUp(host, failed.reason());
    }
  }

  /** Asks this host no more. */
  private void giveUp(String host, PeerFailure reason) {
    missing.add(host);
    Deque<Integer> rest = waiting.getOrDefault(host, new ArrayDeque<>());
    rest.forEach(partition -> metrics.failed(reason));
    rest.clear();
  }
}
