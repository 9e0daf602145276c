package io.tracetide.processor.query.live.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.processor.query.live.ClientOutlet;
import io.tracetide.processor.query.live.LiveHub;
import io.tracetide.processor.query.live.LiveMessage;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client that receives Server-Sent Events. */
final class EventStream implements ClientOutlet {
  /** Time after which a browser connects again. */
  private static final String BEGIN = "retry: 2000\n\n";

  private static final byte[] HEARTBEAT = ": heartbeat\n\n".getBytes(UTF_8);

  private final ServiceRequestContext context;
  private final HttpResponseWriter out;
  private volatile boolean ready = true;
  private volatile LiveHub.@Nullable Client client;

  EventStream(ServiceRequestContext context, HttpResponseWriter out) {
    this.context = context;
    this.out = out;
  }

  /** Begins to send. */
  void begin(LiveHub.Client of) {
    client = of;
    CompletableFuture<Void> unused =
        out.whenComplete()
            .handle(
                (nothing, failure) -> {
                  of.closed();
                  return null;
                });
    write(BEGIN.getBytes(UTF_8));
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  @Override
  public void send(LiveMessage message) {
    write(message.type().equals("heartbeat") ? HEARTBEAT : event(message));
  }

  private static byte[] event(LiveMessage message) {
    ByteArrayOutputStream event = new ByteArrayOutputStream(message.json().length + 128);
    if (!message.position().isEmpty()) {
      event.writeBytes(("id: " + message.position() + "\n").getBytes(UTF_8));
    }
    event.writeBytes(("event: " + message.type() + "\ndata: ").getBytes(UTF_8));
    event.writeBytes(message.json());
    event.writeBytes("\n\n".getBytes(UTF_8));
    return event.toByteArray();
  }

  private void write(byte[] bytes) {
    ready = false;
    if (out.tryWrite(HttpData.wrap(bytes))) {
      CompletableFuture<Void> unused =
          out.whenConsumed()
              .thenRun(
                  () -> {
                    ready = true;
                    LiveHub.Client of = client;
                    if (of != null) {
                      of.ready();
                    }
                  });
    }
  }

  @Override
  public void close(Ending ending, String detail) {
    out.close();
    Closing.abortLater(context);
  }
}
