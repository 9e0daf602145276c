package io.tracetide.gateway.http;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.ProtocolViolationException;
import com.linecorp.armeria.common.TimeoutException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.tracetide.gateway.receive.CutOffException;
import io.tracetide.gateway.receive.IngestPipeline;
import io.tracetide.gateway.receive.Message;
import io.tracetide.gateway.receive.Reply;
import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RefusedRequestException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * Where the requests of every endpoint go in, plain or gRPC: each body counted while it arrives,
 * each for the tenant of its caller.
 *
 * @param tenantOf whose request it is; nothing in the body changes that
 */
public record BodyReceiver(
    IngestPipeline ingest, Function<ServiceRequestContext, String> tenantOf) {

  /**
   * Receives a body and has it handled.
   *
   * @param overhead bytes that the transport adds to the largest body
   * @param unwrap what the transport makes of the bytes that came
   */
  public CompletableFuture<Reply> submit(
      ServiceRequestContext ctx,
      HttpRequest request,
      PayloadFormat dialect,
      int overhead,
      Function<byte[], Message> unwrap) {
    int limit = ingest.limits().wireBytes() + overhead;
    AtomicBoolean begun = new AtomicBoolean();
    CompletableFuture<Reply> reply =
        ingest.submit(
            dialect,
            tenantOf.apply(ctx),
            room -> {
              begun.set(true);
              return Body.receive(request, limit, room)
                  .handle(
                      (body, failure) -> {
                        if (failure != null) {
                          throw explained(failure);
                        }
                        return unwrap.apply(body);
                      });
            });
    return begun.get() ? reply : afterBody(request, reply);
  }

  /** An answer that is known before the body, held back until the body has ended. */
  public static <T> CompletableFuture<T> afterBody(
      HttpRequest request, CompletableFuture<T> answer) {
    return Body.discard(request).thenCompose(ended -> answer);
  }

  private static RuntimeException explained(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof RefusedRequestException refused) {
      return refused;
    }
    if (Exceptions.isStreamCancelling(cause) || cause instanceof CancellationException) {
      return new CutOffException();
    }
    if (isOfTheSender(cause)) {
      return RefusedRequestException.malformed("the body is no valid HTTP message");
    }
    return new IllegalStateException("a body could not be received", cause);
  }

  /** Whether the bytes that came broke HTTP, or came too slowly or too long. */
  private static boolean isOfTheSender(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProtocolViolationException
          || cause instanceof Http2Exception
          || cause instanceof DecoderException
          || cause instanceof ContentTooLargeException
          || cause instanceof TimeoutException
          || cause instanceof IOException
          || (cause instanceof HttpStatusException answered
              && answered.httpStatus().isClientError())) {
        return true;
      }
    }
    return false;
  }
}
