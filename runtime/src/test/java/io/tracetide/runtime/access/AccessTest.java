package io.tracetide.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "OPEN,        true,  true,  true,  true,  true",
    "INGEST_WORK, true,  false, false, false, false",
    "READ,        false, true,  true,  true,  false",
    "PAGE,        false, true,  true,  true,  false",
    "WRITE,       false, false, false, true,  false",
    "PROCESS,     false, false, true,  true,  false",
    "INSTANCE,    false, false, false, false, true",
  })
  void shouldGrantEachClassItsAccess(
      Access access, boolean ingest, boolean query, boolean queryAll, boolean admin, boolean peer) {
    assertThat(opens(access, TokenClass.INGEST, Tenants.of("a"))).isEqualTo(ingest);
    assertThat(opens(access, TokenClass.QUERY, Tenants.of("a", "b"))).isEqualTo(query);
    assertThat(opens(access, TokenClass.QUERY, Tenants.ALL)).isEqualTo(queryAll);
    assertThat(opens(access, TokenClass.ADMIN, Tenants.ALL)).isEqualTo(admin);
    assertThat(opens(access, TokenClass.PEER, Tenants.ALL)).isEqualTo(peer);
    assertThat(access.refusal(Caller.ANYONE)).isEmpty();
  }

  private static boolean opens(Access access, TokenClass of, Tenants tenants) {
    return access.refusal(caller(of, tenants)).isEmpty();
  }

  private static Caller caller(TokenClass of, Tenants tenants) {
    return new Caller(Optional.of(new TokenName(of, "x")), tenants);
  }

  @Test
  void shouldLimitTheFailuresOfAnAddressPerSecond() throws Exception {
    AtomicLong nanos = new AtomicLong(5_000_000_000L);
    FailureLimit limit = new FailureLimit(10, nanos::get);
    InetAddress one = InetAddress.getByName("192.0.2.1");
    InetAddress two = InetAddress.getByName("192.0.2.2");
    InetAddress six = InetAddress.getByName("2001:db8::1");
    InetAddress sameNetwork = InetAddress.getByName("2001:db8::ffff");

    for (int i = 0; i < 10; i++) {
      assertThat(limit.fail(one)).isTrue();
      assertThat(limit.fail(i % 2 == 0 ? six : sameNetwork)).isTrue();
    }
    assertThat(limit.fail(one)).isFalse();
    assertThat(limit.fail(six)).isFalse();
    assertThat(limit.fail(sameNetwork)).isFalse();
    assertThat(limit.fail(two)).isTrue();

    nanos.addAndGet(1_000_000_000L);
    assertThat(limit.fail(one)).isTrue();
  }

  @Test
  void shouldPublishTheFirstUseOfATokenAndRefusalsOnceAMinute() {
    List<AccessEvent> told = new ArrayList<>();
    AtomicLong seconds = new AtomicLong();
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return NOW.plusSeconds(seconds.get());
          }
        };
    AccessJournal journal = new AccessJournal(told::add, clock);

    journal.used(caller(TokenClass.INGEST, Tenants.of("acme")));
    journal.used(caller(TokenClass.INGEST, Tenants.of("acme")));
    for (int i = 0; i < 1_000; i++) {
      journal.refused(AccessDecision.Denied.because(Denial.UNKNOWN));
    }
    seconds.set(60);
    journal.refused(AccessDecision.Denied.because(Denial.UNKNOWN));
    journal.reloaded(Tokens.Reload.UNCHANGED, 3);
    journal.reloaded(Tokens.Reload.CHANGED, 4);

    assertThat(told)
        .containsExactly(
            new AccessEvent("acme", "ti_x", "token.used", "ti_x", Map.of("since", "start")),
            new AccessEvent(
                "default",
                "anyone",
                "token.refused",
                "unknown",
                Map.of("cause", "unknown", "count", "1")),
            new AccessEvent(
                "default",
                "anyone",
                "token.refused",
                "unknown",
                Map.of("cause", "unknown", "count", "1000")),
            new AccessEvent(
                "default", "configuration", "tokens.reloaded", "tokens", Map.of("tokens", "4")));
  }
}
