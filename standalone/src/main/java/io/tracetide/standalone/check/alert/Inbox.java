package io.tracetide.standalone.check.alert;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tracetide.standalone.check.alert.Post.Episode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A webhook on loopback that records every request in the order of arrival. Each receiver has a
 * path; requests to {@link #HANGS} are answered after 30 s, all others at once with 200.
 */
final class Inbox implements AutoCloseable {
  /** Receiver whose requests are not answered in time. */
  static final String HANGS = "hangs";

  private static final long HANG_SECONDS = 30;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Inbox::thread);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final List<Post> posts = new ArrayList<>();
  private final Map<Sighting, Instant> seen = new HashMap<>();

  /** A state of an alert at a receiver. */
  record Sighting(String receiver, Episode episode, boolean firing) {
    @Override
    public String toString() {
      return "%s: %s %s".formatted(receiver, episode, firing ? "firing" : "resolved");
    }
  }

  Inbox() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.setExecutor(threads);
    server.start();
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "inbox");
    thread.setDaemon(true);
    return thread;
  }

  /** URL for a receiver. */
  String url(String receiver) {
    return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), receiver);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String receiver = exchange.getRequestURI().getPath().substring(1);
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (receiver.equals(HANGS)) {
        hang();
      } else {
        String key =
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Idempotency-Key"))
                .orElse("");
        add(Post.read(receiver, key, JSON.readTree(body), Instant.now()));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void hang() {
    try {
      boolean unused = closing.await(HANG_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void add(Post post) {
    posts.add(post);
    for (Post.State state : post.alerts()) {
      seen.putIfAbsent(new Sighting(post.receiver(), state.episode(), state.firing()), post.at());
    }
    notifyAll();
  }

  /** What was received so far. */
  synchronized List<Post> posts() {
    return List.copyOf(posts);
  }

  /** When a state was first received; empty if it was not. */
  synchronized Optional<Instant> seen(Sighting sighting) {
    return Optional.ofNullable(seen.get(sighting));
  }

  /** Waits until all of these were received; returns whether they were. */
  boolean await(Collection<Sighting> wanted, Duration patience) throws InterruptedException {
    return await(inbox -> inbox.seen.keySet().containsAll(wanted), patience);
  }

  /** Waits for a condition, which is looked at after each request; returns whether it holds. */
  synchronized boolean await(Predicate<Inbox> condition, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.test(this)) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
