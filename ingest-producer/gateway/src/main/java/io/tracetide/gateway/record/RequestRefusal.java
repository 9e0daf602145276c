package io.tracetide.gateway.record;

import java.util.Locale;

/** Why a request was refused as a whole, with its HTTP status. */
public enum RequestRefusal {
  /** The body is malformed. */
  MALFORMED(400),
  /** The body is larger than allowed, on the wire, inflated, or in records. */
  TOO_LARGE(413),
  /** The endpoint does not support the content type or content encoding. */
  UNSUPPORTED_MEDIA_TYPE(415),
  /** The tenant has exceeded its quota. */
  RATE_LIMITED(429),
  /** The limit of bytes in flight is reached, or the request waited too long for a worker. */
  OVERLOADED(503),
  /** Kafka did not acknowledge every record in time. */
  KAFKA_UNAVAILABLE(503),
  /** The schema registry has not answered yet. */
  REGISTRY_UNAVAILABLE(503),
  /** An unexpected error, which is logged. */
  INTERNAL(500);

  private final int status;

  RequestRefusal(int status) {
    this.status = status;
  }

  public int status() {
    return status;
  }

  /** Whether the same request may succeed later; the response then says when to retry. */
  public boolean retryable() {
    return status == 429 || status == 503;
  }

  /** Value of the meters' tag {@code reason}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
