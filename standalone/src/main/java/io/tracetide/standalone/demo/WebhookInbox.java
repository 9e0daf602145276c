package io.tracetide.standalone.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A webhook receiver on this machine for the demonstration. It accepts Alertmanager's format and
 * announces every alert in one line.
 */
public final class WebhookInbox implements AutoCloseable {
  private static final int LARGEST_BODY = 1 << 20;
  private static final int LONGEST_TEXT = 300;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_ALLOWED = 405;
  private static final int TOO_LARGE = 413;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads;
  private final Consumer<String> announce;

  private WebhookInbox(HttpServer server, ExecutorService threads, Consumer<String> announce) {
    this.server = server;
    this.threads = threads;
    this.announce = announce;
  }

  /** Listens on a free port of the loopback address. */
  public static WebhookInbox start(Consumer<String> announce) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread thread = new Thread(task, "webhook-inbox");
                thread.setDaemon(true);
                return thread;
              });
      WebhookInbox inbox = new WebhookInbox(server, threads, announce);
      server.createContext("/", inbox::receive);
      server.setExecutor(threads);
      server.start();
      return inbox;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** URL for webhooks. */
  public String url() {
    return "http://127.0.0.1:%d/alerts".formatted(server.getAddress().getPort());
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(answer(exchange), -1);
    }
  }

  private int answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return NOT_ALLOWED;
    }
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      return TOO_LARGE;
    }
    try {
      JsonNode alerts = JSON.readTree(body).path("alerts");
      if (!alerts.isArray()) {
        return BAD_REQUEST;
      }
      alerts.forEach(alert -> announce.accept(line(alert)));
      return OK;
    } catch (JsonProcessingException e) {
      return BAD_REQUEST;
    }
  }

  private static String line(JsonNode alert) {
    JsonNode labels = alert.path("labels");
    String line =
        "alert delivered: %s %s %s %s severity=%s: %s"
            .formatted(
                alert.path("status").asText("unknown").toUpperCase(Locale.ROOT),
                labels.path("alertname").asText("unnamed"),
                labels.path("service").asText(),
                labels.path("operation").asText(),
                labels.path("severity").asText("none"),
                alert.path("annotations").path("summary").asText());
    String clean = line.replaceAll("\\p{Cntrl}+", " ").replaceAll(" {2,}", " ").strip();
    return clean.length() <= LONGEST_TEXT ? clean : clean.substring(0, LONGEST_TEXT) + "...";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
