package io.tracetide.gateway.intake;

/**
 * The request as a whole is refused; none of its records is in Kafka by our doing unless the reason
 * is retryable.
 */
public final class RefusedRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RequestRefusal refusal;

  /** The detail is for the sender's developer and never holds the sender's own text. */
  public RefusedRequestException(RequestRefusal refusal, String detail) {
    // An answer to a stranger, not a fault of ours: no stack, no cost.
    super(detail, null, false, false);
    this.refusal = refusal;
  }

  public static RefusedRequestException malformed(String detail) {
    return new RefusedRequestException(RequestRefusal.MALFORMED, detail);
  }

  public RequestRefusal refusal() {
    return refusal;
  }

  public String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
