package io.tracetide.runtime.access;

import io.tracetide.runtime.access.AccessDecision.Admitted;
import io.tracetide.runtime.access.AccessDecision.Denied;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of browsers. Each is opened with a token, which the browser does not keep. A session
 * ends after a fixed time, and at once when its token is removed, replaced or expired. Sessions are
 * kept in memory by the hash of their ids: a restart ends them. Their tokens are encrypted with the
 * ids. Thread-safe.
 */
public final class Sessions {
  /** How long a session lasts. */
  public static final Duration LENGTH = Duration.ofMinutes(30);

  private static final int MOST = 10_000;
  private static final int ID_BYTES = 32;

  @SuppressWarnings("ArrayRecordComponent") // Compared by the tokens, in constant time.
  private record Session(TokenName token, byte[] sha256, byte[] sealed, Instant endsAt) {}

  private final Tokens tokens;
  private final SecureRandom random = new SecureRandom();

  /** Ordered by end, the earliest first. */
  private final Map<String, Session> open = new LinkedHashMap<>();

  public Sessions(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Opens a session for a token that was admitted; returns its id. */
  public String open(String token, Instant now) {
    Token checked =
        Token.parse(token).orElseThrow(() -> new IllegalArgumentException("not a token"));
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    synchronized (open) {
      open.values().removeIf(session -> !now.isBefore(session.endsAt()));
      if (open.size() == MOST) {
        open.remove(open.keySet().iterator().next());
      }
      open.put(
          key(id),
          new Session(
              checked.name(), checked.sha256(), SealedToken.seal(id, token), now.plus(LENGTH)));
    }
    return id;
  }

  /** Checks a session id. */
  public AccessDecision check(String id, Instant now) {
    @Nullable Session session;
    synchronized (open) {
      session = open.get(key(id));
    }
    if (session == null || !now.isBefore(session.endsAt())) {
      return new Denied(Denial.NO_SESSION, Optional.empty());
    }
    AccessDecision verdict = tokens.check(session.token(), session.sha256(), now);
    return verdict instanceof Admitted
        ? verdict
        : new Denied(Denial.NO_SESSION, Optional.of(session.token()));
  }

  /** The token with which a session was opened, for requests that the caller makes by others. */
  public Optional<Token> token(String id) {
    @Nullable Session session;
    synchronized (open) {
      session = open.get(key(id));
    }
    return session == null ? Optional.empty() : SealedToken.open(id, session.sealed());
  }

  public void end(String id) {
    synchronized (open) {
      open.remove(key(id));
    }
  }

  /** Looked up by hash, so that the time of a look-up reveals nothing about existing ids. */
  private static String key(String id) {
    return HexFormat.of().formatHex(Token.sha256(id));
  }
}
