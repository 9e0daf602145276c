package io.tracetide.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

  @Test
  void shouldSpreadWaitsOverABoundThatDoublesUpToACap() {
    Backoff backoff = new Backoff(new Random(1));
    long[] bounds = {200, 400, 800, 1_600, 3_200, 5_000, 5_000};

    for (int failures = 1; failures <= bounds.length; failures++) {
      long longest = 0;
      long shortest = Long.MAX_VALUE;
      for (int i = 0; i < 1_000; i++) {
        long wait = backoff.after(failures, Duration.ZERO).toMillis();
        longest = Math.max(longest, wait);
        shortest = Math.min(shortest, wait);
      }
      long bound = bounds[failures - 1];
      assertThat(longest).isBetween(bound * 9 / 10, bound);
      assertThat(shortest).isBetween(0L, bound / 10);
    }
  }

  @Test
  void shouldStayBoundedAfterVeryManyFailures() {
    Backoff backoff = new Backoff(new Random(1));

    assertThat(backoff.after(Integer.MAX_VALUE, Duration.ZERO))
        .isBetween(Duration.ZERO, Duration.ofSeconds(5));
  }

  @Test
  void shouldWaitAtLeastForRetryAfter() {
    Backoff backoff = new Backoff(new Random(1));

    assertThat(backoff.after(1, Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7000",
    "0, 0",
    "10, 10000",
    "86400, 10000",
    "999999999999999999999, 0",
    "-5, 0",
    "soon, 0",
    "'Sun, 01 Mar 2026 12:00:04 GMT', 4000",
    "'Sun, 01 Mar 2026 11:00:00 GMT', 0",
    "'Sun, 01 Mar 2026 13:00:00 GMT', 10000",
  })
  void shouldReadRetryAfterUpToACapAndIgnoreMalformedValues(String value, long millis) {
    HttpHeaders headers =
        headers(
            Map.of(
                "Retry-After", List.of(value), "Date", List.of("Sun, 01 Mar 2026 12:00:00 GMT")));

    assertThat(Backoff.retryAfter(headers)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void shouldIgnoreARetryDateWithoutADateHeader() {
    HttpHeaders headers = headers(Map.of("Retry-After", List.of("Sun, 01 Mar 2026 12:00:04 GMT")));

    assertThat(Backoff.retryAfter(headers)).isEqualTo(Duration.ZERO);
    assertThat(Backoff.retryAfter(headers(Map.of()))).isEqualTo(Duration.ZERO);
  }

  private static HttpHeaders headers(Map<String, List<String>> headers) {
    return HttpHeaders.of(headers, (name, value) -> true);
  }
}
