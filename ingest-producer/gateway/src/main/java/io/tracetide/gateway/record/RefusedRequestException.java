package io.tracetide.gateway.record;

import java.time.Duration;

/**
 * The request as a whole is refused; none of its records is in Kafka by our doing unless the reason
 * is retryable.
 */
public final class RefusedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Long enough for a broker to get a new leader, short enough not to be noticed. */
  private static final Duration SOON = Duration.ofSeconds(2);

  private final RequestRefusal refusal;
  private final Duration retryAfter;

  /** The detail is for the sender's developer and never holds the sender's own text. */
  public RefusedRequestException(RequestRefusal refusal, String detail) {
    this(refusal, detail, refusal.retryable() ? SOON : Duration.ZERO);
  }

  private RefusedRequestException(RequestRefusal refusal, String detail, Duration retryAfter) {
    // An answer to a stranger, not a fault of ours: no stack, no cost.
    super(detail, null, false, false);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }

  /** The tenant has no allowance left, and will have some after that time. */
  public static RefusedRequestException rateLimited(Duration retryAfter, String detail) {
    return new RefusedRequestException(RequestRefusal.RATE_LIMITED, detail, retryAfter);
  }

  public static RefusedRequestException malformed(String detail) {
    return new RefusedRequestException(RequestRefusal.MALFORMED, detail);
  }

  public RequestRefusal refusal() {
    return refusal;
  }

  /** When to send the same again; zero when never. */
  public Duration retryAfter() {
    return retryAfter;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
