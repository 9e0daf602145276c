package io.tracetide.runtime.http;

import com.linecorp.armeria.common.HttpStatus;

/** Thrown by a service to respond with problem details. Its text is shown to the caller. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient HttpStatus status;
  private final String title;
  private final String detail;

  public ProblemException(HttpStatus status, String title, String detail) {
    super(status.code() + " " + title + ": " + detail, null, false, false);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  public HttpStatus status() {
    return status;
  }

  public String title() {
    return title;
  }

  public String detail() {
    return detail;
  }
}
