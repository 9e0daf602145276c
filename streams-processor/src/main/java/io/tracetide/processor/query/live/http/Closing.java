package io.tracetide.processor.query.live.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The end of a connection whose client may not read. */
final class Closing {
  /** Time for the client to read what was sent, and the close frame after it. */
  private static final long GRACE_SECONDS = 10;

  private Closing() {}

  /** Aborts the request if it has not ended after a while. */
  static void abortLater(ServiceRequestContext context) {
    ScheduledFuture<?> abort =
        context
            .eventLoop()
            .withoutContext()
            .schedule(() -> context.cancel(), GRACE_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Boolean> unused =
        context.log().whenComplete().thenApply(log -> abort.cancel(false));
  }
}
