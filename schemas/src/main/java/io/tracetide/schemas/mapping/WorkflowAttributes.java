package io.tracetide.schemas.mapping;

import io.tracetide.schemas.TraceContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Attributes of a span that the contract has fields for: the identifiers of the workflow that it
 * belongs to, and its progress. Their names begin with {@code tracetide.} or {@code mplp.}; the
 * rest may be written {@code context_id}, {@code context.id} or {@code contextId}.
 */
public final class WorkflowAttributes {

  private static final String OURS = "tracetide.";
  private static final String PROTOCOL = "mplp.";
  private static final double WHOLE = 100;

  private final SpanText text;
  private TraceContext.@Nullable Builder context;
  private @Nullable Double progress;
  private @Nullable String currentOperation;

  public WorkflowAttributes(SpanText text) {
    this.text = text;
  }

  /** Reads the attribute if it is one of these; returns false for all others, which become tags. */
  public boolean take(String key, String value) {
    if (!(key.startsWith(OURS) || key.startsWith(PROTOCOL)) || value.isBlank()) {
      return false;
    }
    String field = key.substring(key.indexOf('.') + 1);
    switch (field.replace("_", "").replace(".", "").toLowerCase(Locale.ROOT)) {
      case "contextid" -> work().setContextId(text.value(value));
      case "planid" -> work().setPlanId(text.value(value));
      case "userid" -> work().setUserId(text.value(value));
      case "sessionid" -> work().setSessionId(text.value(value));
      case "correlationid" -> work().setCorrelationId(text.value(value));
      case "currentoperation" -> currentOperation = text.name(value);
      case "progress", "progresspercentage" -> {
        return takeProgress(value);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean takeProgress(String value) {
    double percent;
    try {
      percent = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      return false;
    }
    if (!(percent >= 0 && percent <= WHOLE)) {
      return false;
    }
    progress = percent;
    return true;
  }

  private TraceContext.Builder work() {
    if (context == null) {
      context = TraceContext.newBuilder();
    }
    return context;
  }

  public @Nullable TraceContext context() {
    return context == null ? null : context.build();
  }

  public @Nullable Double progress() {
    return progress;
  }

  public @Nullable String currentOperation() {
    return currentOperation;
  }
}
