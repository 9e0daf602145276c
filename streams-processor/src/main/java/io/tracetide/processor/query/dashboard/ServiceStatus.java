package io.tracetide.processor.query.dashboard;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Status of a service, by {@link StatusRules}. */
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
