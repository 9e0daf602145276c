package io.tracetide.gateway.receive;

import io.tracetide.gateway.record.PayloadFormat;
import io.tracetide.gateway.record.RequestRefusal;
import java.time.Duration;

/** What a sender is told, in its own dialect. */
public sealed interface Reply {

  /** For a transport whose success and failure have the same kind of body. */
  PayloadFormat.Answer answer();

  /** Every accepted record is acknowledged. */
  record Accepted(PayloadFormat.Answer answer) implements Reply {}

  /**
   * The request is refused as a whole.
   *
   * @param retryAfter when to send the same again; zero when never
   * @param detail for the sender's developer
   */
  record Refused(
      RequestRefusal refusal, Duration retryAfter, String detail, PayloadFormat.Answer answer)
      implements Reply {}
}
