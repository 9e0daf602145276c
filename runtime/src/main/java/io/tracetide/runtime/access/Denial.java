package io.tracetide.runtime.access;

import java.util.Locale;

/** Why a caller was not let in. */
public enum Denial {
  /** No token was sent. */
  MISSING("send Authorization: Bearer and a token"),
  /** What was sent has not the form of a token. */
  MALFORMED("what was sent is not a token"),
  /** No token of that name is configured. */
  UNKNOWN("the token is not valid"),
  /** The name is known, the secret is another. */
  WRONG_SECRET("the token is not valid"),
  /** It counted once. */
  EXPIRED("the token has expired"),
  /** It is good for something else. */
  WRONG_CLASS("the token is of a class that opens nothing here"),
  /** It would have to open every tenant. */
  TOO_FEW_TENANTS("a token for all tenants is needed here"),
  /** The session has ended, or never was. */
  NO_SESSION("the session has ended, sign in again");

  private final String detail;

  Denial(String detail) {
    this.detail = detail;
  }

  /** For the caller. Does not tell whether a name is known. */
  public String detail() {
    return detail;
  }

  /** Value of the metric's tag. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
