package io.tracetide.gateway.record;

import java.util.Locale;

/** Why a whole request was refused, and the HTTP status that says so. */
public enum RequestRefusal {
  /** The body is not what its content type says. */
  MALFORMED(400),
  /** The body is larger than allowed, on the wire, inflated, or in records. */
  TOO_LARGE(413),
  /** The content type or content encoding is none that this endpoint reads. */
  UNSUPPORTED_MEDIA_TYPE(415),
  /** The tenant has sent more than it may in this time. */
  RATE_LIMITED(429),
  /** More bytes are in flight than the gateway may hold, or the body waited for too long. */
  OVERLOADED(503),
  /** Kafka did not acknowledge every record in time. */
  KAFKA_UNAVAILABLE(503),
  /** The schema registry has not answered yet. */
  REGISTRY_UNAVAILABLE(503),
  /** The gateway itself failed; its log says how. */
  INTERNAL(500);

  private final int status;

  RequestRefusal(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** Whether the same request may succeed later: only these answers say when. */
  public boolean retryable() {
    return status == 429 || status == 503;
  }

  /** Value of the metric's tag. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
