package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RequestRefusal;
import java.time.Duration;

/** The result of a request, with the response in the format of the request. */
public sealed interface Reply {

  /** The response body. */
  PayloadFormat.Answer answer();

  /** Kafka acknowledged every accepted record. */
  record Accepted(PayloadFormat.Answer answer) implements Reply {}

  /**
   * The request is refused as a whole.
   *
   * @param retryAfter when to retry; zero when the request is not retryable
   * @param detail explanation for the client
   */
  record Refused(
      RequestRefusal refusal, Duration retryAfter, String detail, PayloadFormat.Answer answer)
      implements Reply {}
}
