package io.tracetide.runtime.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Publishes audit entries about tokens: the first use of each since the start, every reload, and
 * refusals once a minute with their number by cause. Entries contain no text of callers that were
 * not admitted. Thread-safe.
 */
public final class AccessJournal {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private static final class Refusals {
    private Instant toldAt = Instant.MIN;
    private long untold;
  }

  private final Consumer<AccessEvent> record;
  private final Clock clock;
  private final Set<TokenName> used = ConcurrentHashMap.newKeySet();
  private final Map<Denial, Refusals> refusals = new EnumMap<>(Denial.class);

  public AccessJournal(Consumer<AccessEvent> record, Clock clock) {
    this.record = record;
    this.clock = clock;
  }

  /**
   * Records the use of a token. Called for each request; only the first one with a token is
   * published.
   */
  public void used(Caller caller) {
    Optional<TokenName> token = caller.token();
    if (token.isPresent() && !used.contains(token.get()) && used.add(token.get())) {
      record.accept(
          new AccessEvent(
              caller.tenants().names().size() == 1
                  ? caller.tenants().names().first()
                  : AccessEvent.NO_TENANT,
              token.get().toString(),
              "token.used",
              token.get().toString(),
              Map.of("since", "start")));
    }
  }

  public synchronized void refused(AccessDecision.Denied denied) {
    Refusals of = refusals.computeIfAbsent(denied.denial(), denial -> new Refusals());
    of.untold++;
    Instant now = clock.instant();
    if (of.toldAt.isAfter(now.minus(PAUSE))) {
      return;
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("cause", denied.denial().label());
    details.put("count", Long.toString(of.untold));
    of.toldAt = now;
    of.untold = 0;
    String subject = denied.token().map(TokenName::toString).orElse("unknown");
    record.accept(
        new AccessEvent(AccessEvent.NO_TENANT, "anyone", "token.refused", subject, details));
  }

  /** Publishes the outcome of reading the file of tokens again. */
  public synchronized void reloaded(Tokens.Reload outcome, int tokens) {
    if (outcome == Tokens.Reload.CHANGED) {
      used.clear();
      record.accept(
          new AccessEvent(
              AccessEvent.NO_TENANT,
              "configuration",
              "tokens.reloaded",
              "tokens",
              Map.of("tokens", Integer.toString(tokens))));
    } else if (outcome == Tokens.Reload.FAILED) {
      record.accept(
          new AccessEvent(
              AccessEvent.NO_TENANT, "configuration", "tokens.unreadable", "tokens", Map.of()));
    }
  }
}
