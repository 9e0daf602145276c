package io.tracetide.gateway.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.gateway.ingest.CutOffException;
import io.tracetide.gateway.ingest.Ingest;
import io.tracetide.gateway.ingest.Message;
import io.tracetide.gateway.ingest.Reply;
import io.tracetide.gateway.intake.Dialect;
import io.tracetide.gateway.intake.InFlight;
import io.tracetide.gateway.intake.RefusedRequestException;
import io.tracetide.gateway.intake.RequestRefusal;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where the requests of every endpoint go in, plain or gRPC: each body counted while it arrives,
 * each for the tenant of its caller.
 *
 * @param tenantOf whose request it is; nothing in the body changes that
 */
public record Entrance(Ingest ingest, Function<ServiceRequestContext, String> tenantOf) {

  /**
   * Receives a body and has it handled.
   *
   * @param overhead bytes that the transport adds to the largest body
   * @param unwrap what the transport makes of the bytes that came
   */
  public CompletableFuture<Reply> submit(
      ServiceRequestContext ctx,
      HttpRequest request,
      Dialect dialect,
      int overhead,
      Function<byte[], Message> unwrap) {
    int limit = ingest.limits().wireBytes() + overhead;
    return ingest.submit(
        dialect,
        tenantOf.apply(ctx),
        room ->
            request
                .peekData(new WireMeter(limit, room))
                .aggregate()
                .handle(
                    (body, failure) -> {
                      if (failure != null) {
                        throw explained(failure);
                      }
                      return unwrap.apply(array(body));
                    }));
  }

  private static byte[] array(AggregatedHttpRequest request) {
    return request.content().array();
  }

  private static RuntimeException explained(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof RefusedRequestException refused) {
      return refused;
    }
    if (Exceptions.isStreamCancelling(cause) || cause instanceof CancellationException) {
      return new CutOffException();
    }
    return new IllegalStateException("a body could not be received", cause);
  }

  /** Counts a body while it arrives, takes room for it, and stops it at its limit. */
  private static final class WireMeter implements Consumer<HttpData> {

    private final int limit;
    private final InFlight.Share room;
    private int arrived;

    WireMeter(int limit, InFlight.Share room) {
      this.limit = limit;
      this.room = room;
    }

    @Override
    public void accept(HttpData data) {
      if (data.length() > limit - arrived) {
        throw new RefusedRequestException(
            RequestRefusal.TOO_LARGE, "the body has more than " + limit + " bytes");
      }
      arrived += data.length();
      room.claim(data.length());
    }
  }
}
