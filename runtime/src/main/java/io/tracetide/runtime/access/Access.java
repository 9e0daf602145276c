package io.tracetide.runtime.access;

import java.util.Optional;

/** What a route asks of its caller, where tokens are asked for. */
public enum Access {
  /** Nothing. */
  OPEN,
  /** Sends work. */
  INGEST_WORK,
  /** Reads what is known of the caller's tenants. A session of a browser will do. */
  READ,
  /** The same, for a page that people open: who is not let in is shown where to sign in. */
  PAGE,
  /** Changes something. */
  WRITE,
  /** Reads what is about the whole process, and so about every tenant. */
  PROCESS,
  /** One instance asks another. */
  INSTANCE;

  /** Whether a session, which a browser sends by itself, opens this. Never what changes things. */
  public boolean acceptsSession() {
    return this == READ || this == PAGE;
  }

  /** Why the caller's token does not open this; empty when it does. */
  public Optional<Denial> refusal(Caller caller) {
    if (caller.token().isEmpty()) {
      return Optional.empty();
    }
    if (!opensTo(caller.token().get().tokenClass())) {
      return Optional.of(Denial.WRONG_CLASS);
    }
    return this == PROCESS && !caller.tenants().isAll()
        ? Optional.of(Denial.TOO_FEW_TENANTS)
        : Optional.empty();
  }

  private boolean opensTo(TokenClass of) {
    return switch (this) {
      case OPEN -> true;
      case INGEST_WORK -> of == TokenClass.INGEST;
      case READ, PAGE, PROCESS -> of == TokenClass.QUERY || of == TokenClass.ADMIN;
      case WRITE -> of == TokenClass.ADMIN;
      case INSTANCE -> of == TokenClass.PEER;
    };
  }
}
