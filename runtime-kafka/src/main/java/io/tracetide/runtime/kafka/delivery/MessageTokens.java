package io.tracetide.runtime.kafka.delivery;

/** Tokens of a receiver, one for each message. Times are those of {@link System#nanoTime()}. */
final class MessageTokens {
  private final int burst;
  private final long refillNanos;
  private int tokens;

  /** When the newest token was added, or when the bucket was last seen full. */
  private long since;

  /** A full bucket. */
  MessageTokens(MessageRate config, long now) {
    this(config.burst(), config.refill().toNanos(), now);
  }

  MessageTokens(int burst, long refillNanos, long now) {
    this.burst = burst;
    this.refillNanos = refillNanos;
    this.tokens = burst;
    this.since = now;
  }

  /** A bucket of another rate with the tokens that there are now, as far as they fit. */
  MessageTokens withRate(MessageRate config, long now) {
    MessageTokens other = new MessageTokens(config, now);
    other.tokens = Math.min(tokens(now), config.burst());
    return other;
  }

  /** Tokens that there are now. */
  int tokens(long now) {
    long gained = (now - since) / refillNanos;
    if (tokens + gained >= burst) {
      tokens = burst;
      since = now;
    } else if (gained > 0) {
      tokens += (int) gained;
      since += gained * refillNanos;
    }
    return tokens;
  }

  /** Time until there is one more token. */
  long untilNext(long now) {
    return Math.max(0, since + refillNanos - now);
  }

  /** Takes a token, if there is one. */
  void take(long now) {
    if (tokens(now) > 0) {
      tokens--;
    }
  }
}
