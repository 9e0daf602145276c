package io.tracetide.runtime.kafka.delivery;

import io.tracetide.runtime.config.Checks;
import java.time.Duration;

/**
 * Limit of the messages that a receiver gets: a token bucket.
 *
 * <p>By the defaults a receiver gets at most 31 messages in the first minute of a storm: 25 at once
 * and one more every ten seconds.
 *
 * @param burst messages that can be sent at once
 * @param refill time in which one more is permitted
 * @param combined notifications that are held, and combined into one message, while none is
 *     permitted
 */
public record MessageRate(int burst, Duration refill, int combined) {

  public MessageRate {
    Checks.check()
        .range("burst", burst, 1, 1_000_000)
        .range("refill", refill, Duration.ofMillis(1), Duration.ofHours(1))
        .range("combined", combined, 2, 100_000)
        .done();
  }

  public static MessageRate defaults() {
    return new MessageRate(25, Duration.ofSeconds(10), 10_000);
  }
}
