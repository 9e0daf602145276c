package io.tracetide.schemas.registry;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The time to wait before a retry.
 *
 * <p>Full jitter: a random time between zero and a bound that doubles with every attempt, so that
 * clients that failed together do not retry together (M. Brooker, "Exponential Backoff And Jitter",
 * 2015). The server's {@code Retry-After} is a lower bound, up to a cap.
 */
final class Backoff {

  private static final Duration FIRST_BOUND = Duration.ofMillis(200);
  private static final Duration GREATEST_BOUND = Duration.ofSeconds(5);
  static final Duration GREATEST_RETRY_AFTER = Duration.ofSeconds(10);

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Time to wait.
   *
   * @param failures number of failures so far, from 1
   * @param retryAfter the server's {@code Retry-After}; zero for none
   */
  Duration after(int failures, Duration retryAfter) {
    int doublings = Math.min(failures - 1, 10);
    long bound = Math.min(FIRST_BOUND.toMillis() << doublings, GREATEST_BOUND.toMillis());
    Duration jittered = Duration.ofMillis(random.nextLong(bound + 1));
    return jittered.compareTo(retryAfter) >= 0 ? jittered : retryAfter;
  }

  /**
   * The {@code Retry-After} of a response, capped; zero when it is missing or malformed. A date is
   * compared with the server's own clock.
   */
  static Duration retryAfter(HttpHeaders headers) {
    Optional<String> asked = headers.firstValue("Retry-After").map(String::strip);
    if (asked.isEmpty()) {
      return Duration.ZERO;
    }
    Duration wanted =
        asked.get().matches("\\d{1,9}")
            ? Duration.ofSeconds(Long.parseLong(asked.get()))
            : untilDate(asked.get(), headers.firstValue("Date").orElse(""));
    if (wanted.isNegative()) {
      return Duration.ZERO;
    }
    return wanted.compareTo(GREATEST_RETRY_AFTER) > 0 ? GREATEST_RETRY_AFTER : wanted;
  }

  private static Duration untilDate(String date, String now) {
    try {
      return Duration.between(parse(now), parse(date));
    } catch (DateTimeException e) {
      return Duration.ZERO;
    }
  }

  private static ZonedDateTime parse(String date) {
    return ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME);
  }
}
