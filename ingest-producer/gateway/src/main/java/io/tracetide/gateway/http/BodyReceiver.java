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
 * Receives the requests of all endpoints, over HTTP and gRPC, for the tenant of the caller.
 *
 * @param tenantOf the tenant of a request, whatever its body contains
 */
public record BodyReceiver(
    IngestPipeline ingest, Function<ServiceRequestContext, String> tenantOf) {

  /**
   * Receives a body and processes it.
   *
   * @param overhead bytes that the transport adds to the largest body
   * @param unwrap extracts the message from the received bytes
   */
  public CompletableFuture<Reply> submit(
      ServiceRequestContext ctx,
      HttpRequest request,
      PayloadFormat format,
      int overhead,
      Function<byte[], Message> unwrap) {
    int limit = ingest.limits().wireBytes() + overhead;
    AtomicBoolean begun = new AtomicBoolean();
    CompletableFuture<Reply> reply =
        ingest.submit(
            format,
            tenantOf.apply(ctx),
            room -> {
              begun.set(true);
              return BodySubscriber.receive(request, limit, room)
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

  /** Delays a response that does not depend on the body until the body has ended. */
  public static <T> CompletableFuture<T> afterBody(
      HttpRequest request, CompletableFuture<T> answer) {
    return BodySubscriber.discard(request).thenCompose(ended -> answer);
  }

  private static RuntimeException explained(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof RefusedRequestException refused) {
      return refused;
    }
    if (Exceptions.isStreamCancelling(cause) || cause instanceof CancellationException) {
      return new CutOffException();
    }
    if (isClientError(cause)) {
      return RefusedRequestException.malformed("the request is not valid HTTP");
    }
    return new IllegalStateException("a body could not be received", cause);
  }

  /** Whether the request violated HTTP, a timeout or a size limit. */
  private static boolean isClientError(Throwable failure) {
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
