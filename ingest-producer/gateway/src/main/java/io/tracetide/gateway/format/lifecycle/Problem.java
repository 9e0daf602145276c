package io.tracetide.gateway.format.lifecycle;

import io.tracetide.gateway.record.RequestRefusal;

/** A refused request as problem details. */
record Problem(String type, String title, int status, String detail) {

  static final String CONTENT_TYPE = "application/problem+json";

  static Problem of(RequestRefusal refusal, String detail) {
    return new Problem("about:blank", refusal.label(), refusal.status(), detail);
  }
}
