package io.tracetide.processor.query.live.http;

import com.linecorp.armeria.common.websocket.CloseWebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.live.ClientOutlet;
import io.tracetide.processor.query.live.LiveHub;
import io.tracetide.processor.query.live.LiveMessage;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * A client that has opened a WebSocket. Its next message is read when the one before was handled,
 * so that a client cannot fill the memory with requests.
 */
final class LiveSocket implements ClientOutlet, Subscriber<WebSocketFrame> {
  static final int MOST_CHARS = 65_536;

  private final ServiceRequestContext context;
  private final WebSocketWriter out = WebSocket.streaming();
  private final StringBuilder text = new StringBuilder();
  private volatile boolean ready = true;
  private LiveHub.@Nullable Client client;
  private @Nullable Subscription incoming;

  LiveSocket(ServiceRequestContext context) {
    this.context = context;
  }

  /** Begins to read and to send. */
  WebSocket begin(LiveHub.Client of, WebSocket in) {
    client = of;
    CompletableFuture<Void> unused =
        out.whenComplete()
            .handle(
                (nothing, failure) -> {
                  of.closed();
                  return null;
                });
    in.subscribe(this, context.eventLoop());
    return out;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    incoming = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(WebSocketFrame frame) {
    switch (frame.type()) {
      case TEXT, CONTINUATION -> receive(frame);
      case BINARY ->
          out.close(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "messages are texts of JSON");
      case PING -> {
        if (ready) {
          boolean unused = out.tryWrite(WebSocketFrame.ofPong(frame.array()));
        }
        next();
      }
      case CLOSE -> {
        WebSocketCloseStatus status = ((CloseWebSocketFrame) frame).status();
        out.close(status == null ? WebSocketCloseStatus.NORMAL_CLOSURE : status);
      }
      default -> next();
    }
  }

  private void receive(WebSocketFrame frame) {
    text.append(frame.text());
    LiveHub.Client of = client;
    if (text.length() > MOST_CHARS) {
      out.close(
          WebSocketCloseStatus.MESSAGE_TOO_BIG,
          "a message has %d characters at most".formatted(MOST_CHARS));
    } else if (!frame.isFinalFragment() || of == null) {
      next();
    } else {
      String message = text.toString();
      text.setLength(0);
      of.received(message, this::next);
    }
  }

  private void next() {
    Subscription subscription = incoming;
    if (subscription != null) {
      subscription.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    out.close();
  }

  @Override
  public void onComplete() {
    out.close();
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void send(LiveMessage message) {
    ready = false;
    if (out.tryWrite(WebSocketFrame.ofText(message.json()))) {
      CompletableFuture<Void> unused = out.whenConsumed().thenRun(this::taken);
    }
  }

  private void taken() {
    ready = true;
    LiveHub.Client of = client;
    if (of != null) {
      of.ready();
    }
  }

  @Override
  public void close(Ending ending, String detail) {
    out.close(
        ending == Ending.SLOW
            ? WebSocketCloseStatus.TRY_AGAIN_LATER
            : WebSocketCloseStatus.ENDPOINT_UNAVAILABLE,
        detail);
    Closing.abortLater(context);
  }
}
