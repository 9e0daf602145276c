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
 * The requests of one query to the hosts of partitions that are not held here. All hosts respond in
 * parallel; of each host at most {@link #PARALLEL} responses are awaited, and the next is requested
 * when one has been used, so that memory does not grow with the number of partitions. All methods
 * are called by the thread of the query.
 *
 * @param <A> response for one partition
 */
final class FanOut<A> implements AutoCloseable {
  /** One is transferred while another is used. */
  private static final int PARALLEL = 2;

  private static final long CANCELLATION_CHECK_MILLIS = 100;

  /** Sends a request for a partition to a host. */
  interface Sender {
    PeerCall send(String host, int partition);
  }

  /** Reads a response about a partition; throws {@link MalformedMessageException}. */
  interface Decoder<A> {
    A decode(byte[] message, int partition);
  }

  private record Request(String host, int partition, PeerCall call) {}

  private final Sender sender;
  private final Decoder<A> decoder;
  private final PeerWarnings warnings;
  private final PeerMetrics metrics;
  private final Map<String, Deque<Integer>> waiting = new HashMap<>();
  private final Set<Request> sent = new HashSet<>();
  private final LinkedBlockingQueue<Request> completed = new LinkedBlockingQueue<>();
  private final SortedSet<String> missing = new TreeSet<>();

  /**
   * Sends the first requests.
   *
   * @param partitions partitions to request, by host
   */
  FanOut(
      Map<String, List<Integer>> partitions,
      Sender sender,
      Decoder<A> decoder,
      PeerWarnings warnings,
      PeerMetrics metrics) {
    this.sender = sender;
    this.decoder = decoder;
    this.warnings = warnings;
    this.metrics = metrics;
    partitions.forEach(
        (host, ofHost) -> {
          waiting.put(host, new ArrayDeque<>(ofHost));
          Optional<Failed> paused = warnings.paused(host);
          if (paused.isPresent()) {
            skip(host, paused.get().reason());
          }
          for (int i = 0; i < PARALLEL; i++) {
            sendNext(host);
          }
        });
  }

  /**
   * Passes on every response as it arrives.
   *
   * @param cancelled whether the query was cancelled
   * @return hosts whose partitions were not all read, sorted
   */
  List<String> drain(Consumer<A> reader, BooleanSupplier cancelled) {
    while (!sent.isEmpty()) {
      Request request = next(cancelled);
      sent.remove(request);
      receive(request, reader);
      sendNext(request.host());
    }
    return List.copyOf(missing);
  }

  /** Aborts the requests without a response. */
  @Override
  public void close() {
    sent.forEach(request -> request.call().abort().run());
  }

  private void sendNext(String host) {
    Integer partition = waiting.getOrDefault(host, new ArrayDeque<>()).poll();
    if (partition == null) {
      return;
    }
    Request request = new Request(host, partition, sender.send(host, partition));
    sent.add(request);
    CompletableFuture<Boolean> unused =
        request.call().reply().thenApply(reply -> completed.add(request));
  }

  private Request next(BooleanSupplier cancelled) {
    try {
      while (true) {
        @Nullable Request request =
            completed.poll(CANCELLATION_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("the query was cancelled");
        }
        if (request != null) {
          return request;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the processor is shutting down");
    }
  }

  private void receive(Request request, Consumer<A> reader) {
    PeerReply reply = request.call().reply().join();
    if (reply instanceof Answered answered) {
      A answer;
      try {
        answer = decoder.decode(answered.message(), request.partition());
      } catch (MalformedMessageException e) {
        fail(request.host(), new Failed(e.failure(), String.valueOf(e.getMessage())));
        return;
      }
      metrics.answered(1);
      warnings.answered(request.host());
      reader.accept(answer);
    } else if (reply instanceof Failed failed) {
      fail(request.host(), failed);
    }
  }

  private void fail(String host, Failed failed) {
    metrics.failed(failed.reason());
    missing.add(host);
    if (failed.reason().ofHost()) {
      warnings.failed(host, failed);
      skip(host, failed.reason());
    }
  }

  /** Sends no more requests to this host. */
  private void skip(String host, PeerFailure reason) {
    missing.add(host);
    Deque<Integer> rest = waiting.getOrDefault(host, new ArrayDeque<>());
    rest.forEach(partition -> metrics.failed(reason));
    rest.clear();
  }
}
