package io.tracetide.runtime.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tracetide.runtime.access.Denial;
import io.tracetide.runtime.access.Tokens;
import io.tracetide.runtime.http.tls.TlsFiles;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Meters of who is let in.
 *
 * <table>
 * <caption>Meters; names as a registry with dots has them</caption>
 * <tr><th>name</th><th>unit</th><th>tags</th><th>meaning</th></tr>
 * <tr><td>tracetide.listener.denied</td><td>requests</td><td>cause</td><td>refused for lack of a token that opens
 *     the route; alert on a rise of wrong_secret, and of expired</td></tr>
 * <tr><td>tracetide.listener.denied.unanswered</td><td>requests</td><td></td><td>of those, answered 429 because their
 *     address had failed too often</td></tr>
 * <tr><td>tracetide.listener.tokens</td><td>tokens</td><td></td><td>configured</td></tr>
 * <tr><td>tracetide.listener.tokens.reloads</td><td>reloads</td><td>outcome</td><td>of the file of tokens; alert on
 *     failed</td></tr>
 * <tr><td>tracetide.listener.certificate.expires</td><td>seconds</td><td></td><td>when the certificate ends, since the
 *     epoch; alert two weeks before</td></tr>
 * </table>
 */
final class AccessMetrics {
  private static final String PREFIX = "tracetide.listener.";

  private final Map<Denial, Counter> denied = new EnumMap<>(Denial.class);
  private final Counter unanswered;
  private final Counter changed;
  private final Counter failed;

  AccessMetrics(MeterRegistry meters, Tokens tokens) {
    for (Denial denial : Denial.values()) {
      denied.put(denial, meters.counter(PREFIX + "denied", "cause", denial.label()));
    }
    unanswered = meters.counter(PREFIX + "denied.unanswered");
    changed = meters.counter(PREFIX + "tokens.reloads", "outcome", "changed");
    failed = meters.counter(PREFIX + "tokens.reloads", "outcome", "failed");
    Gauge.builder(PREFIX + "tokens", tokens, known -> (double) known.size()).register(meters);
  }

  static void bind(MeterRegistry meters, TlsFiles tls) {
    Gauge.builder(
            PREFIX + "certificate.expires", tls, files -> (double) files.expires().getEpochSecond())
        .baseUnit("seconds")
        .register(meters);
  }

  void denied(Denial denial) {
    Objects.requireNonNull(denied.get(denial)).increment();
  }

  void unanswered() {
    unanswered.increment();
  }

  void reloaded(Tokens.Reload outcome) {
    switch (outcome) {
      case CHANGED -> changed.increment();
      case FAILED -> failed.increment();
      case UNCHANGED -> {}
    }
  }
}
