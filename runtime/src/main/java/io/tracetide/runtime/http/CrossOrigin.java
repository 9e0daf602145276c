package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.DecoratingHttpServiceFunction;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Set;

/**
 * Answers CORS requests of the configured origins, without credentials that a browser adds: a page
 * sends a token in {@code Authorization} like every other client. A preflight request needs no
 * token, because browsers send none with it.
 */
final class CrossOrigin implements DecoratingHttpServiceFunction {

  /** The longest time for which browsers cache a preflight. */
  private static final int PREFLIGHT_CACHE_SECONDS = 7_200;

  private final CorsConfig config;

  CrossOrigin(CorsConfig config) {
    this.config = config;
  }

  @Override
  public HttpResponse serve(HttpService next, ServiceRequestContext ctx, HttpRequest request)
      throws Exception {
    RequestHeaders headers = request.headers();
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return next.serve(ctx, request);
    }
    boolean admitted = config.admits(origin);
    if (headers.method() == HttpMethod.OPTIONS
        && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD)) {
      return admitted ? preflight(ctx, headers, origin) : refused();
    }
    if (admitted) {
      // On every response, refusals included: otherwise a page cannot read the reason.
      ctx.mutateAdditionalResponseHeaders(
          more ->
              more.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed(origin))
                  .set(
                      HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                      HttpHeaderNames.RETRY_AFTER.toString()));
    }
    if (config.isPresent()) {
      ctx.mutateAdditionalResponseHeaders(
          more -> more.add(HttpHeaderNames.VARY, HttpHeaderNames.ORIGIN.toString()));
    }
    return next.serve(ctx, request);
  }

  private HttpResponse preflight(ServiceRequestContext ctx, RequestHeaders headers, String origin) {
    Set<String> methods = Served.methods(ctx.config(), ctx.path());
    if (methods.isEmpty()) {
      return ProblemResponse.of(
          HttpStatus.NOT_FOUND, "Not Found", Served.nothingAt(ctx.config(), ctx.path()));
    }
    ResponseHeadersBuilder answer =
        ResponseHeaders.builder(HttpStatus.NO_CONTENT)
            .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, allowed(origin))
            .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, String.join(", ", methods))
            .setInt(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_CACHE_SECONDS)
            .set(
                HttpHeaderNames.VARY,
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    String requested = headers.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
    if (requested != null) {
      answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, requested);
    }
    return HttpResponse.of(answer.build());
  }

  private HttpResponse refused() {
    return ProblemResponse.of(
        HttpStatus.FORBIDDEN,
        "Forbidden",
        config.isPresent()
            ? "pages of this origin may not call this listener; cors.origins lists those that may"
            : "pages of other origins may not call this listener; cors.origins lists those that"
                + " may, and is empty");
  }

  private String allowed(String origin) {
    return config.admitsAny() ? CorsConfig.ANY : origin;
  }
}
