package io.tracetide.alert.channel.http;

import io.tracetide.alert.channel.DeliveryResult;
import java.time.Duration;
import java.util.Optional;

/**
 * The outcome of a call of an HTTP API.
 *
 * @param result the result by the status, or the failure without a response
 * @param body of the response; empty without one
 * @param retryAfter shortest time to the next call, as requested by the receiver
 */
public record HttpAnswer(DeliveryResult result, String body, Optional<Duration> retryAfter) {

  static HttpAnswer none(DeliveryResult failure) {
    return new HttpAnswer(failure, "", Optional.empty());
  }
}
