package io.tracetide.alert.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.tracetide.alert.topology.AlertBook.BookClosedException;
import io.tracetide.alert.topology.InputLog.InputsRefusedException;
import io.tracetide.runtime.http.ProblemException;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responses as JSON. Errors of Alertmanager's API are a JSON string, which its clients print; those
 * of other paths are problem details.
 */
final class Replies {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final String ALERTMANAGER = "/api/v2/";
  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  private Replies() {}

  static HttpResponse json(Object body) {
    return json(HttpStatus.OK, body);
  }

  static HttpResponse empty() {
    return HttpResponse.of(HttpStatus.OK);
  }

  private static HttpResponse json(HttpStatus status, Object body) {
    try {
      return HttpResponse.of(status, MediaType.JSON, HttpData.wrap(JSON.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts, numbers, lists and maps are JSON", e);
    }
  }

  /** The response to a request that failed. */
  static HttpResponse failure(ServiceRequestContext ctx, Throwable thrown) {
    Throwable cause = Exceptions.peel(thrown);
    @Nullable ProblemException problem = problem(ctx, cause);
    if (!ctx.path().startsWith(ALERTMANAGER)) {
      return HttpResponse.ofFailure(problem == null ? cause : problem);
    }
    if (problem == null) {
      String id = ctx.id().shortText();
      log.error("request failed id={} route={}", id, ctx.config().route(), cause);
      return json(
          HttpStatus.INTERNAL_SERVER_ERROR,
          "internal failure, the log has the cause under id " + id);
    }
    return json(problem.status(), problem.detail());
  }

  private static @Nullable ProblemException problem(ServiceRequestContext ctx, Throwable cause) {
    if (cause instanceof ProblemException problem) {
      return problem;
    }
    if (cause instanceof BookClosedException closed) {
      return unavailable(closed.getMessage() + "; ask again in a few seconds");
    }
    if (cause instanceof InvalidStateStoreException) {
      return unavailable("the alerts move to another instance; ask again in a few seconds");
    }
    if (cause instanceof InputsRefusedException refused) {
      return unavailable("not accepted, send it again: " + refused.getMessage());
    }
    if (cause instanceof ContentTooLargeException) {
      return new ProblemException(
          HttpStatus.REQUEST_ENTITY_TOO_LARGE,
          "Request Entity Too Large",
          "a request body may have at most " + ctx.maxRequestLength() + " bytes");
    }
    return null;
  }

  static ProblemException unavailable(String detail) {
    return new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "Not ready", detail);
  }

  static ProblemException badRequest(String detail) {
    return new ProblemException(HttpStatus.BAD_REQUEST, "Bad request", detail);
  }

  static ProblemException badParameter(String name, String accepted) {
    return new ProblemException(
        HttpStatus.BAD_REQUEST, "Bad parameter", "parameter " + name + " must be " + accepted);
  }

  static ProblemException notFound(String detail) {
    return new ProblemException(HttpStatus.NOT_FOUND, "Not found", detail);
  }

  static ProblemException forbidden(String detail) {
    return new ProblemException(HttpStatus.FORBIDDEN, "Forbidden", detail);
  }
}
