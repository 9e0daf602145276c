package io.tracetide.benchmarks.ingest;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * Requests of concurrent clients, each on its own connection and one after the other; at a rate, or
 * without pauses. No request is retried.
 */
final class Load {

  private final HttpClient client;
  private final LongFunction<HttpRequest> requests;
  private final int clients;
  private final long nanosPerRequest;
  private final AtomicLong next = new AtomicLong();
  private final LoadTally tally = new LoadTally();

  private Load(
      HttpClient client, LongFunction<HttpRequest> requests, int clients, long nanosPerRequest) {
    this.client = client;
    this.requests = requests;
    this.clients = clients;
    this.nanosPerRequest = nanosPerRequest;
  }

  /** The connections of one load, or of several in turn. */
  static HttpClient connections() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /** A load without pauses. */
  static Load unpaced(HttpClient client, LongFunction<HttpRequest> requests, int clients) {
    return new Load(client, requests, clients, 0);
  }

  /** A load at a rate of requests, whatever their outcome, as long as a client is free. */
  static Load paced(
      HttpClient client, LongFunction<HttpRequest> requests, int clients, double perSecond) {
    return new Load(client, requests, clients, (long) (TimeUnit.SECONDS.toNanos(1) / perSecond));
  }

  /** Sends for this time and waits for the last response. */
  LoadTally runFor(Duration duration) throws InterruptedException {
    return run(Long.MAX_VALUE, System.nanoTime() + duration.toNanos());
  }

  /** Sends this number of requests and waits for the last response. */
  LoadTally run(long count) throws InterruptedException {
    return run(count, Long.MAX_VALUE);
  }

  private LoadTally run(long count, long endNanos) throws InterruptedException {
    long started = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      Thread thread = new Thread(() -> send(count, started, endNanos), "client-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    tally.took(System.nanoTime() - started);
    return tally;
  }

  private void send(long count, long started, long endNanos) {
    try {
      long number = next.getAndIncrement();
      while (number < count) {
        long due = started + number * nanosPerRequest;
        if (due > endNanos || System.nanoTime() > endNanos) {
          return;
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        send(requests.apply(number));
        number = next.getAndIncrement();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(HttpRequest request) throws InterruptedException {
    long sent = System.nanoTime();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      tally.answered(status, System.nanoTime() - sent);
    } catch (IOException e) {
      tally.unanswered(e);
    }
  }
}
