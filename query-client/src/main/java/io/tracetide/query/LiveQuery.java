package io.tracetide.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One subscription over a WebSocket of its own, which is opened again when it is lost. */
final class LiveQuery<T> implements LiveSubscription {
  private static final Set<Integer> TEMPORARY = Set.of(408, 429, 500, 502, 503, 504);
  private static final String ID = "q";

  private final HttpApi api;
  private final LiveKind<T> topic;
  private final Query query;
  private final LiveListener<T> listener;
  private final ScheduledExecutorService timer;
  private final Duration silence;
  private final Runnable ended;
  private final ReconnectPause backoff;
  private final LivePosition position = new LivePosition();

  /**
   * Held during a call of the listener, so that it gets one at a time. Taken before {@link #lock}.
   */
  private final Object calls = new Object();

  /** Guards the connection and the state; the listener is called without it. */
  private final Object lock = new Object();

  private LiveState state = LiveState.CONNECTING;
  private @Nullable SubscriptionSocket socket;
  private @Nullable ScheduledFuture<?> watchdog;

  /**
   * A subscription.
   *
   * @param silence time without any message after which the connection counts as lost
   * @param ended called once, when it ends
   */
  LiveQuery(
      HttpApi api,
      LiveKind<T> topic,
      Query query,
      LiveListener<T> listener,
      ScheduledExecutorService timer,
      Duration silence,
      ReconnectPause backoff,
      Runnable ended) {
    this.api = api;
    this.topic = topic;
    this.query = query;
    this.listener = listener;
    this.timer = timer;
    this.silence = silence;
    this.backoff = backoff;
    this.ended = ended;
  }

  /** Connects for the first time. */
  void start() {
    long period = Math.max(100, silence.toMillis() / 4);
    watchdog = timer.scheduleWithFixedDelay(this::watch, period, period, TimeUnit.MILLISECONDS);
    connect();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Its failure is handled.
  private void connect() {
    SubscriptionSocket made;
    synchronized (lock) {
      if (state == LiveState.ENDED) {
        return;
      }
      made = new SubscriptionSocket(this);
      socket = made;
    }
    try {
      WebSocket.Builder builder = api.http().newWebSocketBuilder();
      api.http().connectTimeout().ifPresent(builder::connectTimeout);
      api.authorization().ifPresent(value -> builder.header("Authorization", value));
      builder
          .buildAsync(api.live(), made)
          .whenComplete(
              (opened, failure) -> {
                if (failure != null) {
                  refused(made, failure);
                }
              });
    } catch (IllegalArgumentException e) {
      end(
          new QueryException(
              QueryException.NO_STATUS, "Bad request", String.valueOf(e.getMessage()), e));
    }
  }

  private void refused(SubscriptionSocket of, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof WebSocketHandshakeException handshake) {
      int status = handshake.getResponse().statusCode();
      QueryException problem =
          new QueryException(
              status,
              status == 401 ? "Not signed in" : "Refused",
              status == 401
                  ? "the processor does not accept the token"
                  : "the processor has refused the WebSocket",
              cause);
      if (TEMPORARY.contains(status)) {
        lost(of, problem);
      } else {
        end(problem);
      }
      return;
    }
    lost(of, QueryException.unanswered(api.live() + ": " + HttpApi.reason(cause), cause));
  }

  /** The message that begins the subscription, or resumes it. */
  String subscribe() {
    ObjectNode message = QueryJson.MAPPER.createObjectNode();
    message.put("type", topic.subscribe()).put("id", ID);
    query
        .values()
        .forEach(
            (name, values) -> {
              if (values.size() == 1) {
                message.put(name, values.get(0));
              } else {
                ArrayNode list = message.putArray(name);
                values.forEach(list::add);
              }
            });
    synchronized (calls) {
      String resume = position.resume();
      if (resume != null) {
        message.put("resume", resume);
      }
    }
    return message.toString();
  }

  /** Handles a message of a connection, on its thread. */
  void received(SubscriptionSocket from, String text) {
    synchronized (calls) {
      if (isCurrent(from)) {
        handle(from, text);
      }
    }
  }

  private void handle(SubscriptionSocket from, String text) {
    try {
      JsonNode message = QueryJson.MAPPER.readTree(text.getBytes(StandardCharsets.UTF_8));
      String type = message.path("type").asText("");
      if (type.equals("subscribed")) {
        backoff.reset();
        become(LiveState.LIVE, null);
      } else if (type.equals("error") && message.path("ended").asBoolean(true)) {
        end(
            new QueryException(
                400, message.path("title").asText(""), message.path("detail").asText(""), null));
      } else if (type.equals(topic.update())) {
        deliver(from, message);
      }
    } catch (IOException e) {
      lost(from, QueryException.unreadable("a message is not JSON", e));
    } catch (QueryException e) {
      end(e); // It would be unreadable the next time, too.
    } catch (RuntimeException e) {
      end(
          new QueryException(
              QueryException.NO_STATUS, "Listener failed", String.valueOf(e.getMessage()), e));
    }
  }

  private void deliver(SubscriptionSocket from, JsonNode message) {
    String stream = message.path("stream").asText("");
    long seq = message.path("seq").asLong();
    long coalesced = message.path("coalesced").asLong();
    boolean snapshot = message.path("snapshot").asBoolean();
    switch (position.relation(stream, seq, coalesced, snapshot)) {
      case NEXT -> {
        List<String> missing = new ArrayList<>();
        message.path("missing").forEach(host -> missing.add(host.asText()));
        listener.onUpdate(
            new SubscriptionUpdate<>(
                snapshot,
                message.path("reason").asText(""),
                stream,
                seq,
                coalesced,
                message.hasNonNull("at")
                    ? QueryJson.convert(message.get("at"), Instant.class)
                    : null,
                message.path("partial").asBoolean(),
                missing,
                topic.content().apply(message)));
        position.delivered(stream, seq);
      }
      case REPEATED -> {}
      case GAP -> {
        position.forget();
        lost(
            from,
            QueryException.unreadable(
                "updates before " + stream + ":" + seq + " are missing", null));
      }
    }
  }

  boolean isCurrent(SubscriptionSocket one) {
    synchronized (lock) {
      return socket == one && state != LiveState.ENDED;
    }
  }

  /** A connection was lost; another one is made after a pause. */
  @SuppressWarnings("FutureReturnValueIgnored") // Nothing waits for the next attempt.
  void lost(SubscriptionSocket one, QueryException why) {
    synchronized (lock) {
      if (socket != one || state == LiveState.ENDED) {
        return;
      }
      socket = null;
    }
    one.abort();
    become(LiveState.RECONNECTING, why);
    try {
      timer.schedule(this::connect, backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      end(null); // The client was closed.
    }
  }

  private void watch() {
    SubscriptionSocket present;
    synchronized (lock) {
      present = socket;
    }
    if (present != null && present.isSilent(silence)) {
      lost(
          present, QueryException.unanswered("no message for " + silence.toSeconds() + " s", null));
    }
  }

  private void become(LiveState next, @Nullable QueryException why) {
    synchronized (lock) {
      if (state == LiveState.ENDED || (state == next && why == null)) {
        return;
      }
      state = next;
    }
    tell(next, why);
  }

  private void end(@Nullable QueryException why) {
    SubscriptionSocket open;
    synchronized (lock) {
      if (state == LiveState.ENDED) {
        return;
      }
      state = LiveState.ENDED;
      open = socket;
      socket = null;
      if (watchdog != null) {
        watchdog.cancel(false);
      }
    }
    if (open != null) {
      open.abort();
    }
    ended.run();
    tell(LiveState.ENDED, why);
  }

  private void tell(LiveState next, @Nullable QueryException why) {
    synchronized (calls) {
      listener.onState(next, why);
    }
  }

  @Override
  public LiveState state() {
    synchronized (lock) {
      return state;
    }
  }

  @Override
  public void close() {
    end(null);
  }
}
