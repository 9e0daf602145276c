package io.tracetide.processor.query.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a service is, in one word; {@link StatusRules} says when. */
public enum ServiceStatus {
  @JsonProperty("healthy")
  HEALTHY,
  @JsonProperty("degraded")
  DEGRADED,
  @JsonProperty("critical")
  CRITICAL,
  @JsonProperty("warming_up")
  WARMING_UP,
  @JsonProperty("silent")
  SILENT
}
