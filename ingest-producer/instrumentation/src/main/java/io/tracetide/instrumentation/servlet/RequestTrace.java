package io.tracetide.instrumentation.servlet;

import io.tracetide.client.ExecutionTrace;
import io.tracetide.schemas.TraceContext;
import io.tracetide.schemas.TraceError;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceOutcome;
import io.tracetide.schemas.TraceStatus;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The trace of one request until the filter chain returns, or until asynchronous processing
 * completes. The container completes asynchronous processing also after its timeouts and errors.
 */
final class RequestTrace implements AsyncListener {

  private static final int NOT_FOUND = 404;
  private static final int LEAST_ERROR = 400;
  private static final int INTERNAL_ERROR = 500;

  private final ExecutionTrace trace;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final RequestReading reading;
  private final Consumer<RuntimeException> warn;

  private volatile @Nullable Throwable thrown;
  private volatile boolean timedOut;

  RequestTrace(
      ExecutionTrace trace,
      HttpServletRequest request,
      HttpServletResponse response,
      RequestReading reading,
      Consumer<RuntimeException> warn) {
    this.trace = trace;
    this.request = request;
    this.response = response;
    this.reading = reading;
    this.warn = warn;
  }

  /** Called when the chain has returned. */
  void returned() {
    if (!goesOn()) {
      end();
    }
  }

  /** Called when the chain has thrown. */
  void threw(Throwable cause) {
    thrown = cause;
    end();
  }

  private boolean goesOn() {
    try {
      if (!request.isAsyncStarted()) {
        return false;
      }
      request.getAsyncContext().addListener(this, request, response);
      return true;
    } catch (IllegalStateException completedMeanwhile) {
      return false;
    }
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // A new asynchronous cycle starts without the listeners of the last one.
    event.getAsyncContext().addListener(this, request, response);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    timedOut = true;
  }

  @Override
  public void onError(AsyncEvent event) {
    thrown = event.getThrowable();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  private void end() {
    try {
      publishEnd();
    } catch (RuntimeException e) {
      // The boundary to the application: a failure of tracing must not fail the request.
      warn.accept(e);
      trace.close();
    }
  }

  private void publishEnd() {
    int status = status();
    Throwable cause = cause(status);
    String route = reading.route(request);
    String operation = reading.operationAtLast(request, route, status == NOT_FOUND);
    TraceContext context = reading.context(request);
    Consumer<TraceEvent.Builder> fields =
        event -> {
          event.setOperationName(operation);
          if (context != null) {
            event.setContext(context);
          }
        };
    if (route != null) {
      trace.tag("http.route", route);
    }
    trace.tag("http.response.status_code", Integer.toString(status));
    if (cause != null) {
      trace.tag("error.type", cause.getClass().getName()).fail(cause, fields);
    } else if (status >= reading.settings().failureStatus()) {
      String error = timedOut ? "timeout" : Integer.toString(status);
      trace
          .tag("error.type", error)
          .complete(fields.andThen(event -> fail(event, error, "answered with this status")));
    } else {
      trace.complete(fields);
    }
  }

  private static void fail(TraceEvent.Builder event, String type, String message) {
    event
        .setStatus(TraceStatus.FAILED)
        .setOutcome(new TraceOutcome(false, null, null, new TraceError(type, message, null)));
  }

  private int status() {
    int status = response.getStatus();
    // The status that the container sends for an exception.
    return thrown != null && status < LEAST_ERROR ? INTERNAL_ERROR : status;
  }

  /** The thrown exception, or the one of the error dispatch. */
  private @Nullable Throwable cause(int status) {
    Throwable known = thrown;
    if (known == null
        && status >= reading.settings().failureStatus()
        && request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable handled) {
      known = handled;
    }
    Throwable root = known instanceof ServletException wrapper ? wrapper.getRootCause() : null;
    return root == null ? known : root;
  }
}
