package io.tracetide.query;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a live query. It reads one message at a time: the next one after the listener
 * has returned, so that a slow listener slows the processor down and not this process's memory up.
 */
final class SubscriptionSocket implements WebSocket.Listener {
  private static final int MOST_CHARS = 64 << 20;

  private final LiveQuery<?> query;
  private final StringBuilder text = new StringBuilder();
  private volatile long heardNanos = System.nanoTime();
  private volatile boolean busy;
  private volatile boolean aborted;
  private volatile @Nullable WebSocket socket;

  SubscriptionSocket(LiveQuery<?> query) {
    this.query = query;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // Its failure is handled.
  public void onOpen(WebSocket opened) {
    socket = opened;
    heardNanos = System.nanoTime();
    if (aborted || !query.isCurrent(this)) {
      opened.abort();
      return;
    }
    opened
        .sendText(query.subscribe(), true)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                onError(opened, failure);
              }
            });
    opened.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    heardNanos = System.nanoTime();
    if (text.length() + data.length() > MOST_CHARS) {
      query.lost(
          this,
          QueryException.unreadable(
              "a message has more than %d characters".formatted(MOST_CHARS), null));
      return null;
    }
    text.append(data);
    if (last) {
      String message = text.toString();
      text.setLength(0);
      busy = true;
      try {
        query.received(this, message);
      } finally {
        busy = false;
        heardNanos = System.nanoTime();
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
    heardNanos = System.nanoTime();
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    String why =
        switch (status) {
          case 1001 -> "the processor stops, or the connection has reached its age";
          case 1013 -> "updates were read too slowly";
          default -> "closed with status " + status;
        };
    query.lost(this, QueryException.unanswered(why, null));
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable failure) {
    query.lost(this, QueryException.unanswered(HttpApi.reason(failure), failure));
  }

  /** Whether nothing was heard for so long while the listener was not running. */
  boolean isSilent(Duration time) {
    return !busy && socket != null && System.nanoTime() - heardNanos > time.toNanos();
  }

  void abort() {
    aborted = true;
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }
}
