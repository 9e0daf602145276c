package io.tracetide.gateway.record;

import java.time.Duration;

/**
 * A request is refused as a whole. Unless the reason is retryable, none of its records was written
 * to Kafka.
 */
public final class RefusedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** About the time in which a partition gets a new leader. */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  private final RequestRefusal refusal;
  private final Duration retryAfter;

  /** The detail goes to the client and never contains text of the request. */
  public RefusedRequestException(RequestRefusal refusal, String detail) {
    this(refusal, detail, refusal.retryable() ? RETRY_AFTER : Duration.ZERO);
  }

  private RefusedRequestException(RequestRefusal refusal, String detail, Duration retryAfter) {
    // Becomes a response, never a log entry: no stack trace.
    super(detail, null, false, false);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }

  /**
   * The tenant has exceeded its quota.
   *
   * @param retryAfter time until it has quota again
   */
  public static RefusedRequestException rateLimited(Duration retryAfter, String detail) {
    return new RefusedRequestException(RequestRefusal.RATE_LIMITED, detail, retryAfter);
  }

  public static RefusedRequestException malformed(String detail) {
    return new RefusedRequestException(RequestRefusal.MALFORMED, detail);
  }

  public RequestRefusal refusal() {
    return refusal;
  }

  /** When to retry; zero when the request is not retryable. */
  public Duration retryAfter() {
    return retryAfter;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
