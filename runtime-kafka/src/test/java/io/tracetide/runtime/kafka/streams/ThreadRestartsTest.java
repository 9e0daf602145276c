package io.tracetide.runtime.kafka.streams;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.SuppliedClock;
import io.tracetide.schemas.registry.RegistryUnavailableException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ThreadRestartsTest {
  private Instant now = Instant.parse("2026-03-01T10:00:00Z");

  private final ThreadRestarts restarts = new ThreadRestarts(new SuppliedClock(() -> now));

  @Test
  void shouldStopWhenThreadsKeepFailing() {
    for (int i = 0; i < 5; i++) {
      assertThat(restarts.handle(new IllegalStateException())).isEqualTo(REPLACE_THREAD);
    }
    assertThat(restarts.handle(new IllegalStateException())).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void shouldForgetFailuresOfLongAgo() {
    for (int i = 0; i < 10; i++) {
      assertThat(restarts.handle(new IllegalStateException())).isEqualTo(REPLACE_THREAD);
      now = now.plus(Duration.ofMinutes(5));
    }
  }

  @Test
  void shouldWaitForTheRegistryForEver() {
    RuntimeException outage = new RuntimeException(new RegistryUnavailableException("down", null));
    for (int i = 0; i < 100; i++) {
      assertThat(restarts.handle(outage)).isEqualTo(REPLACE_THREAD);
    }
  }
}
