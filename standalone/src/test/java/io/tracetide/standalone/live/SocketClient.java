package io.tracetide.standalone.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A WebSocket client that queues the messages that it receives. */
final class SocketClient implements WebSocket.Listener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LinkedBlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final boolean reading;
  private WebSocket socket;

  private SocketClient(boolean reading) {
    this.reading = reading;
  }

  static SocketClient open(String url) {
    return open(url, true);
  }

  /**
   * Connects.
   *
   * @param reading whether it reads what it receives; {@link #read} begins to, otherwise
   */
  static SocketClient open(String url, boolean reading) {
    SocketClient client = new SocketClient(reading);
    client.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(uri(url), client)
            .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
            .join();
    return client;
  }

  static URI uri(String url) {
    return URI.create(url.replaceFirst("^http", "ws") + "/monitoring/live");
  }

  /** Begins to read. */
  void read() {
    socket.request(Long.MAX_VALUE);
  }

  SocketClient send(String message) {
    socket.sendText(message, true).join();
    return this;
  }

  /** The next message, whatever it is. */
  JsonNode next() throws InterruptedException {
    JsonNode message = received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message in " + PATIENCE);
    }
    return message;
  }

  /** The next message of that type; others are dropped. */
  JsonNode next(String type) throws InterruptedException {
    return next(message -> message.at("/type").asText().equals(type));
  }

  /** The next message with that property; others are dropped. */
  JsonNode next(Predicate<JsonNode> wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode message = received.poll(1, TimeUnit.SECONDS);
      if (message != null && wanted.test(message)) {
        return message;
      }
    }
    throw new AssertionError("no such message in " + PATIENCE);
  }

  /** The status with which the server has closed the connection. */
  int status() {
    return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  boolean isClosed() {
    return closed.isDone();
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reading) {
      opened.request(Long.MAX_VALUE);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      try {
        received.add(JSON.readTree(text.toString()));
      } catch (JsonProcessingException e) {
        closed.completeExceptionally(e);
      }
      text.setLength(0);
    }
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    closed.completeExceptionally(failure);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
