package io.tracetide.gateway.lifecycle;

import io.tracetide.gateway.intake.RequestRefusal;
import java.util.Map;

/** A refused request as problem details. */
final class Problem {

  static final String CONTENT_TYPE = "application/problem+json";

  private Problem() {}

  static Map<String, Object> of(RequestRefusal refusal, String detail) {
    return Map.of(
        "type",
        "about:blank",
        "title",
        refusal.label(),
        "status",
        refusal.status(),
        "detail",
        detail);
  }
}
