package io.tracetide.runtime.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ClosedSessionException;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.annotation.AnnotatedService;
import io.tracetide.runtime.privacy.Masker;
import io.tracetide.runtime.privacy.PrivacyConfig;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts every failure to problem details. The cause is not shown: the response has an id, under
 * which the log has the cause.
 */
final class ProblemErrorHandler implements ServerErrorHandler {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  /** A wrong path may contain personal data, and a response may be logged by the client. */
  private static final Masker MASKER = Masker.of(PrivacyConfig.defaults());

  @Override
  public HttpResponse onServiceException(ServiceRequestContext ctx, Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    if (cause instanceof HttpResponseException response) {
      return response.httpResponse();
    }
    if (cause instanceof ProblemException problem) {
      return ProblemResponse.of(problem.status(), problem.title(), problem.detail());
    }
    if (cause instanceof HttpStatusException status) {
      return problem(status.httpStatus(), ctx).toHttpResponse();
    }
    if (cause instanceof ContentTooLargeException) {
      return problem(HttpStatus.REQUEST_ENTITY_TOO_LARGE, ctx).toHttpResponse();
    }
    if (cause instanceof RequestTimeoutException) {
      boolean arriving = ctx.request().isOpen();
      if (arriving) {
        CompletableFuture<Void> unused = ctx.initiateConnectionShutdown();
      }
      HttpStatus status = arriving ? HttpStatus.REQUEST_TIMEOUT : HttpStatus.SERVICE_UNAVAILABLE;
      return problem(status, ctx).toHttpResponse();
    }
    if (isOfAShutdown(cause)) {
      return shuttingDown();
    }
    if (cause instanceof ClosedSessionException || Exceptions.isStreamCancelling(cause)) {
      log.debug("client disconnected route={}", ctx.config().route());
      return problem(HttpStatus.REQUEST_TIMEOUT, ctx).toHttpResponse();
    }
    boolean badParameter =
        cause instanceof IllegalArgumentException
            && ctx.config().service().as(AnnotatedService.class) != null;
    if (badParameter) {
      return ProblemResponse.of(
          HttpStatus.BAD_REQUEST, "Bad request", "a parameter is missing or malformed");
    }
    String id = ctx.id().shortText();
    log.error(
        "request failed id={} method={} route={}", id, ctx.method(), ctx.config().route(), cause);
    return ProblemResponse.of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        "Internal error",
        "internal failure, the log has the cause under id " + id);
  }

  static boolean isOfAShutdown(Throwable cause) {
    return cause instanceof ShuttingDownException || cause instanceof RejectedExecutionException;
  }

  /** To requests that have not finished when the process ends. */
  static HttpResponse shuttingDown() {
    return ProblemResponse.of(
            HttpStatus.SERVICE_UNAVAILABLE,
            "Shutting down",
            "this process is shutting down: ask another instance, or try again")
        .mapHeaders(headers -> headers.toBuilder().setInt(HttpHeaderNames.RETRY_AFTER, 1).build());
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    String method = headers == null ? "" : headers.method().name();
    String path = headers == null ? "" : headers.path();
    if (ProblemResponse.isOfUnreadablePath(description)) {
      return ProblemResponse.aggregated(
          status, status.reasonPhrase(), ProblemResponse.UNREADABLE_PATH, Map.of());
    }
    return problem(status, method, path, config.maxRequestLength(), config);
  }

  private static AggregatedHttpResponse problem(HttpStatus status, ServiceRequestContext ctx) {
    return problem(status, ctx.method().name(), ctx.path(), ctx.maxRequestLength(), ctx.config());
  }

  private static AggregatedHttpResponse problem(
      HttpStatus status, String method, String path, long limit, ServiceConfig config) {
    Set<String> allowed = status.code() == 405 ? Served.methods(config, path) : Set.of();
    String allow = String.join(", ", allowed);
    String detail =
        switch (status.code()) {
          case 404 -> Served.nothingAt(config, path);
          case 405 ->
              method
                  + " is not served at "
                  + shown(path)
                  + (allowed.isEmpty() ? "" : ", but " + allow);
          case 406 -> "none of the accepted types can be served";
          case 408 -> "the request did not arrive in time";
          case 413 -> "a request body may have at most " + limit + " bytes";
          case 415 -> "this path does not accept the content type";
          case 503 -> "no response was ready in time, try again";
          default -> status.reasonPhrase();
        };
    AggregatedHttpResponse problem =
        ProblemResponse.aggregated(status, status.reasonPhrase(), detail, Map.of());
    return allowed.isEmpty()
        ? problem
        : AggregatedHttpResponse.of(
            problem.headers().toBuilder().set(HttpHeaderNames.ALLOW, allow).build(),
            problem.content());
  }

  /** The path without its query, which may contain data that must not be in an error message. */
  static String shown(String path) {
    String plain = path.split("[?#]", 2)[0];
    String masked = MASKER.mask(plain);
    return masked.length() > 200 ? masked.substring(0, 200) + "..." : masked;
  }
}
