package io.tracetide.instrumentation.servlet;

import io.tracetide.client.EmitterSettings;
import io.tracetide.client.ExecutionTrace;
import io.tracetide.client.TraceEmitter;
import io.tracetide.schemas.SpanKind;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes every request as a span of kind SERVER with the operation {@code METHOD route}, in the
 * trace of the caller if the request has {@code traceparent}.
 *
 * <p>While a request is handled, its {@link ExecutionTrace} is a request attribute, so that the
 * handler can publish events and start child spans:
 *
 * <pre>{@code
 * TraceFilter.trace(request).ifPresent(trace -> trace.update("charging the card"));
 * }</pre>
 *
 * <p>Register it before other filters, for all requests, with support for asynchronous ones. It
 * never creates a session and never reads a body; its own failures do not affect the request.
 */
public final class TraceFilter implements Filter {

  /** Name of the request attribute that holds the {@link ExecutionTrace}. */
  public static final String TRACE = "io.tracetide.trace";

  private static final Logger log = LoggerFactory.getLogger(TraceFilter.class);

  private static final String EMITTER_PREFIX = "tracetide.";
  private static final String TRACEPARENT = "traceparent";
  private static final String TRACESTATE = "tracestate";
  private static final String TRACERESPONSE = "traceresponse";

  private final AtomicBoolean warned = new AtomicBoolean();
  private final boolean ownsEmitter;
  private @Nullable TraceEmitter emitter;
  private final @Nullable RouteResolver ownRoutes;
  private FilterSettings settings;
  private RequestReading reading;
  private PathPatterns excluded;

  /**
   * A filter created by the container, with its own emitter. The settings of the emitter, such as
   * {@code tracetide.bootstrap.servers}, are init-params or in the environment.
   */
  public TraceFilter() {
    this(null, FilterSettings.defaults(), null, true);
  }

  /** A filter with the default settings, on an emitter that the application closes. */
  public TraceFilter(TraceEmitter emitter) {
    this(emitter, FilterSettings.defaults());
  }

  /** A filter on an emitter that the application closes. */
  public TraceFilter(TraceEmitter emitter, FilterSettings settings) {
    this(emitter, settings, null, false);
  }

  /** A filter with a resolver of routes. */
  public TraceFilter(TraceEmitter emitter, FilterSettings settings, RouteResolver routes) {
    this(emitter, settings, routes, false);
  }

  private TraceFilter(
      @Nullable TraceEmitter emitter,
      FilterSettings settings,
      @Nullable RouteResolver routes,
      boolean ownsEmitter) {
    this.emitter = emitter;
    this.ownRoutes = routes;
    this.ownsEmitter = ownsEmitter;
    this.settings = settings;
    this.reading = new RequestReading(settings, routes);
    this.excluded = new PathPatterns(settings.excludedPaths());
  }

  /** The trace of a request; empty when it is not traced. */
  public static Optional<ExecutionTrace> trace(ServletRequest request) {
    return request.getAttribute(TRACE) instanceof ExecutionTrace trace
        ? Optional.of(trace)
        : Optional.empty();
  }

  /** Init-params override the settings of the constructor. */
  @Override
  public void init(FilterConfig config) throws ServletException {
    try {
      Map<String, String> ofFilter = new HashMap<>();
      Map<String, String> ofEmitter = new HashMap<>();
      for (String name : Collections.list(config.getInitParameterNames())) {
        (name.startsWith(EMITTER_PREFIX) ? ofEmitter : ofFilter)
            .put(name, config.getInitParameter(name));
      }
      settings = settings.with(ofFilter);
      reading = new RequestReading(settings, ownRoutes);
      excluded = new PathPatterns(settings.excludedPaths());
      if (emitter == null) {
        emitter = TraceEmitter.start(emitterSettings(ofEmitter));
      }
    } catch (IllegalArgumentException e) {
      throw new ServletException(
          "filter " + config.getFilterName() + " cannot be started: " + e.getMessage(), e);
    }
  }

  private static EmitterSettings emitterSettings(Map<String, String> parameters) {
    Map<String, String> properties = new HashMap<>(EmitterSettings.properties(System.getenv()));
    properties.putAll(parameters);
    return EmitterSettings.of(properties);
  }

  @Override
  public void destroy() {
    TraceEmitter open = emitter;
    if (ownsEmitter && open != null) {
      open.close();
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestTrace begun =
        request instanceof HttpServletRequest asked
                && response instanceof HttpServletResponse answer
            ? begin(asked, answer)
            : null;
    if (begun == null) {
      chain.doFilter(request, response);
      return;
    }
    try {
      chain.doFilter(request, response);
    } catch (Throwable thrown) {
      begun.threw(thrown);
      throw thrown;
    }
    begun.returned();
  }

  /** Null when the request is excluded, or already traced in an outer dispatch. */
  private @Nullable RequestTrace begin(HttpServletRequest request, HttpServletResponse response) {
    TraceEmitter to = emitter;
    try {
      if (to == null
          || request.getAttribute(TRACE) != null
          || excluded.match(RequestReading.path(request))) {
        return null;
      }
      boolean join = settings.joinCallers();
      ExecutionTrace trace =
          to.startFrom(
              join ? request.getHeader(TRACEPARENT) : null,
              join ? request.getHeader(TRACESTATE) : null,
              reading.operationAtFirst(request),
              SpanKind.SERVER,
              reading.context(request),
              reading.tags(request));
      request.setAttribute(TRACE, trace);
      if (settings.answerTrace()) {
        response.setHeader(TRACERESPONSE, trace.traceparent());
      }
      return new RequestTrace(trace, request, response, reading, this::warn);
    } catch (RuntimeException e) {
      // The boundary to the application: a failure of tracing must not fail the request.
      warn(e);
      return null;
    }
  }

  private void warn(RuntimeException cause) {
    if (warned.compareAndSet(false, true)) {
      log.warn("request not traced cause={}; further ones at debug level", cause.toString());
    }
    log.debug("request not traced", cause);
  }
}
