package io.tracetide.alert.channel.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.alert.channel.DeliveryResult;
import io.tracetide.alert.channel.DeliveryResult.Delivered;
import io.tracetide.alert.channel.DeliveryResult.Rejected;
import io.tracetide.alert.channel.DeliveryResult.Retryable;
import io.tracetide.alert.channel.FailureReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpVerdictTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:00:00Z"), ZoneOffset.UTC);

  @Test
  void shouldMapEveryStatus() {
    Set<Integer> retried = Set.of(408, 425, 429);
    for (int status = 100; status < 600; status++) {
      DeliveryResult result = HttpVerdict.of(status, null, CLOCK);
      Class<? extends DeliveryResult> expected =
          status < 200 || status >= 500 || retried.contains(status)
              ? Retryable.class
              : status < 300 ? Delivered.class : Rejected.class;
      assertThat(result).as("status %d", status).isInstanceOf(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"401, UNAUTHORIZED", "403, UNAUTHORIZED", "404, CLIENT_ERROR", "302, REDIRECTED"})
  void shouldReportTheReasonOfAPermanentFailure(int status, FailureReason reason) {
    assertThat(HttpVerdict.of(status, null, CLOCK))
        .isInstanceOfSatisfying(Rejected.class, r -> assertThat(r.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "7; PT7S",
        "0; PT0S",
        "86400; PT24H",
        "-5;",
        "soon;",
        "99999999999999999999;",
        "7.5;",
        "Sun, 1 Mar 2026 10:02:00 GMT; PT2M",
        "Sun, 1 Mar 2026 09:00:00 GMT;",
        ";",
      })
  void shouldParseValidRetryAfterHeaders(String header, Duration delay) {
    assertThat(HttpVerdict.delay(header, CLOCK)).isEqualTo(Optional.ofNullable(delay));
  }
}
