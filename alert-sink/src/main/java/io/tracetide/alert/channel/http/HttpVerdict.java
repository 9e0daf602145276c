package io.tracetide.alert.channel.http;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The result of a delivery by the HTTP response. Server errors and rate limits are retried; client
 * errors are not, because the request would be the same.
 */
public final class HttpVerdict {

  /**
   * The result for a response.
   *
   * @param retryAfter the header as received, null without one
   */
  public static DeliveryResult of(int status, @Nullable String retryAfter, Clock clock) {
    String detail = "answered with status " + status;
    if (status >= 200 && status < 300) {
      return new Delivered();
    }
    if (status == 429) {
      return new Retryable(FailureReason.RATE_LIMITED, detail, delay(retryAfter, clock));
    }
    if (status == 408 || status == 425) {
      return new Retryable(FailureReason.TIMEOUT, detail, delay(retryAfter, clock));
    }
    if (status >= 500 && status < 600) {
      return new Retryable(FailureReason.SERVER_ERROR, detail, delay(retryAfter, clock));
    }
    if (status >= 300 && status < 400) {
      return new Rejected(FailureReason.REDIRECTED, detail + ", redirects are not followed");
    }
    if (status == 401 || status == 403 || status == 407) {
      return new Rejected(FailureReason.UNAUTHORIZED, detail);
    }
    if (status >= 400 && status < 500) {
      return new Rejected(FailureReason.CLIENT_ERROR, detail);
    }
    return Retryable.because(FailureReason.UNEXPECTED_ANSWER, detail);
  }

  /** Time to wait; empty without a header or with a malformed one. */
  static Optional<Duration> delay(@Nullable String retryAfter, Clock clock) {
    if (retryAfter == null) {
      return Optional.empty();
    }
    String text = retryAfter.strip();
    if (text.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration left = Duration.between(clock.instant(), date.toInstant());
      return left.isNegative() ? Optional.empty() : Optional.of(left);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private HttpVerdict() {}
}
