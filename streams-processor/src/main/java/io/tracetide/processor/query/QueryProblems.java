package io.tracetide.processor.query;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.UnknownTenantException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.processor.query.trace.UnknownTraceException;
import io.tracetide.runtime.http.ProblemResponse;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Answers to queries that have no result, in the form of RFC 9457. */
final class QueryProblems {
  private static final int RETRY_AFTER_SECONDS = 2;

  private QueryProblems() {}

  /** The answer to a query that failed in one of the ways in which queries fail. */
  static HttpResponse of(RuntimeException failure) {
    String detail = String.valueOf(failure.getMessage());
    if (failure instanceof BadParameterException) {
      return ProblemResponse.of(HttpStatus.BAD_REQUEST, "Bad parameter", detail);
    }
    if (failure instanceof UnknownTenantException) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown tenant", detail);
    }
    if (failure instanceof UnknownTraceException) {
      return ProblemResponse.of(HttpStatus.NOT_FOUND, "Unknown trace", detail);
    }
    if (failure instanceof StoresUnavailableException e) {
      return unavailable(
          "State is not available yet",
          detail,
          e.missing().isEmpty() ? Map.of() : Map.of("missing", e.missing()));
    }
    if (failure instanceof CancellationException) {
      return unavailable("Query timed out", "Use a shorter range or fewer services.");
    }
    throw failure;
  }

  /** The answer to a query that may succeed later. */
  static HttpResponse unavailable(String title, String detail) {
    return unavailable(title, detail, Map.of());
  }

  private static HttpResponse unavailable(String title, String detail, Map<String, ?> extensions) {
    return ProblemResponse.of(HttpStatus.SERVICE_UNAVAILABLE, title, detail, extensions)
        .mapHeaders(
            headers ->
                headers.toBuilder()
                    .setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS)
                    .build());
  }
}
