package io.tracetide.standalone.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.Predicate;

/** A client of Server-Sent Events. */
final class EventsClient implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputStream body;
  private final BufferedReader lines;

  /** An event, or a comment. */
  record Event(String id, String type, JsonNode data, String comment) {}

  private EventsClient(InputStream body) {
    this.body = body;
    this.lines = new BufferedReader(new InputStreamReader(body, UTF_8));
  }

  static EventsClient open(HttpClient http, String url, String query, String lastEventId)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/monitoring/live/events?" + query));
    if (!lastEventId.isEmpty()) {
      request.header("Last-Event-ID", lastEventId);
    }
    HttpResponse<InputStream> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new AssertionError(new String(response.body().readAllBytes(), UTF_8));
    }
    return new EventsClient(response.body());
  }

  /** The next event or comment. */
  Event next() throws IOException {
    String id = "";
    String type = "";
    String data = "";
    String comment = "";
    boolean begun = false;
    while (true) {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("the stream has ended");
      }
      if (line.isEmpty()) {
        if (begun) {
          return new Event(id, type, JSON.readTree(data.isEmpty() ? "null" : data), comment);
        }
        continue;
      }
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1).strip();
      switch (line.substring(0, colon)) {
        case "id" -> id = value;
        case "event" -> type = value;
        case "data" -> data = value;
        case "" -> comment = value;
        default -> {
          continue;
        }
      }
      begun = true;
    }
  }

  /** The next event with that property; others are dropped. */
  Event next(Predicate<Event> wanted) throws IOException {
    while (true) {
      Event event = next();
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
