package io.tracetide.alert.channel;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Something that is posted to, with answers as a test wants them. */
public final class StubEndpoint implements AutoCloseable {
  /** What was posted. */
  public record Post(Map<String, String> headers, String path, String body, long atNanos) {}

  /** What to answer to the n-th post, counted from 0. */
  public interface Answers {
    void answer(int n, HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);

  public StubEndpoint(Answers answers) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          exchange.getRequestHeaders().forEach((k, v) -> headers.put(k, v.get(0)));
          int n;
          synchronized (posts) {
            n = posts.size();
            posts.add(
                new Post(headers, exchange.getRequestURI().toString(), body, System.nanoTime()));
          }
          answers.answer(n, exchange);
          exchange.close();
        });
    server.start();
  }

  public static StubEndpoint answering(int... statuses) {
    return new StubEndpoint(
        (n, exchange) ->
            exchange.sendResponseHeaders(statuses[Math.min(n, statuses.length - 1)], -1));
  }

  /** The same, with a body in the responses that are successful and may have one. */
  public static StubEndpoint answeringWith(String body, int... statuses) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return new StubEndpoint(
        (n, exchange) -> {
          int status = statuses[Math.min(n, statuses.length - 1)];
          boolean empty =
              bytes.length == 0 || status < 200 || status >= 300 || status == 204 || status == 205;
          exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
          if (!empty) {
            exchange.getResponseBody().write(bytes);
          }
        });
  }

  /** Accepts and never answers. */
  public static StubEndpoint hanging() {
    StubEndpoint[] self = new StubEndpoint[1];
    self[0] = new StubEndpoint((n, exchange) -> self[0].awaitClose());
    return self[0];
  }

  private void awaitClose() {
    try {
      closing.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  public List<Post> posts() {
    return List.copyOf(posts);
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
