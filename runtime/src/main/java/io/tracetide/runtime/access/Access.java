package io.tracetide.runtime.access;

import java.util.Optional;

/** The access that a route requires of its caller when the listener has tokens. */
public enum Access {
  /** Nothing. */
  OPEN,
  /** Sends events. */
  INGEST_WORK,
  /** Reads the data of the caller's tenants. A session of a browser is sufficient. */
  READ,
  /** The same for a page: a caller that is not admitted is sent to the login page. */
  PAGE,
  /** Changes something. */
  WRITE,
  /**
   * Changes something for a user of a page of this listener. A session of a browser is sufficient
   * for a request whose origin is that page.
   */
  ACT,
  /** Reads data of the whole process, and so of every tenant. */
  PROCESS,
  /** Called by another instance. */
  INSTANCE;

  /**
   * Whether a session is sufficient. Not for a route that changes something, because browsers add
   * sessions to requests that other sites cause; for {@link #ACT} the origin is checked, too.
   */
  public boolean acceptsSession() {
    return this == READ || this == PAGE || this == ACT;
  }

  /** Why the caller is not admitted; empty when it is. */
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
      case WRITE, ACT -> of == TokenClass.ADMIN;
      case INSTANCE -> of == TokenClass.PEER;
    };
  }
}
