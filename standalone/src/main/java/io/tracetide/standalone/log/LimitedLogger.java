package io.tracetide.standalone.log;

import io.tracetide.runtime.http.CurrentPeer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * A limited logger for code whose log lines can be caused by peers. Its warnings and errors have
 * one line each, without a stack trace, and at most one per cause and minute; at level debug they
 * are unlimited.
 */
final class LimitedLogger extends AbstractLogger {

  private static final long serialVersionUID = 1L;

  private static final int LONGEST = 256;

  private final transient Logger target;
  private final transient LogLimit limit;

  LimitedLogger(Logger target, LogLimit limit) {
    this.name = target.getName();
    this.target = target;
    this.limit = limit;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable failure) {
    if (level.toInt() < Level.WARN.toInt() || target.isDebugEnabled()) {
      String text = MessageFormatter.basicArrayFormat(message, arguments);
      target.atLevel(level).setCause(failure).log(text);
      return;
    }
    int leftOut = limit.admit(cause(message, failure));
    if (leftOut == LogLimit.LEFT_OUT) {
      return;
    }
    StringBuilder line =
        new StringBuilder(oneLine(MessageFormatter.basicArrayFormat(message, arguments)));
    String peer = CurrentPeer.address();
    if (!peer.isEmpty()) {
      line.append(" peer=").append(peer);
    }
    if (failure != null) {
      line.append(" cause=").append(oneLine(failure.toString()));
    }
    if (leftOut > 0) {
      line.append(" left-out=").append(leftOut);
    }
    target.atLevel(level).log(line.toString());
  }

  private String cause(String message, @Nullable Throwable failure) {
    return name + ' ' + message + ' ' + (failure == null ? "" : failure.getClass().getName());
  }

  /** Text from a peer may contain line ends. */
  private static String oneLine(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    return cut.replaceAll("\\p{Cntrl}+", " ");
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  public boolean isTraceEnabled() {
    return target.isTraceEnabled();
  }

  @Override
  public boolean isTraceEnabled(Marker marker) {
    return target.isTraceEnabled(marker);
  }

  @Override
  public boolean isDebugEnabled() {
    return target.isDebugEnabled();
  }

  @Override
  public boolean isDebugEnabled(Marker marker) {
    return target.isDebugEnabled(marker);
  }

  @Override
  public boolean isInfoEnabled() {
    return target.isInfoEnabled();
  }

  @Override
  public boolean isInfoEnabled(Marker marker) {
    return target.isInfoEnabled(marker);
  }

  @Override
  public boolean isWarnEnabled() {
    return target.isWarnEnabled();
  }

  @Override
  public boolean isWarnEnabled(Marker marker) {
    return target.isWarnEnabled(marker);
  }

  @Override
  public boolean isErrorEnabled() {
    return target.isErrorEnabled();
  }

  @Override
  public boolean isErrorEnabled(Marker marker) {
    return target.isErrorEnabled(marker);
  }
}
