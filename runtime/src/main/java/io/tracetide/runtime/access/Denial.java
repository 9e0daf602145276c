package io.tracetide.runtime.access;

import java.util.Locale;

/** Why a caller was not admitted. */
public enum Denial {
  /** No token was sent. */
  MISSING("send Authorization: Bearer and a token"),
  /** The text does not have the form of a token. */
  MALFORMED("the text is not a token"),
  /** No token of that name is configured. */
  UNKNOWN("the token is not valid"),
  /** The name is configured, with another secret. */
  WRONG_SECRET("the token is not valid"),
  /** The token has expired. */
  EXPIRED("the token has expired"),
  /** The class of the token does not open the route. */
  WRONG_CLASS("a token of this class has no access here"),
  /** The route needs a token of all tenants. */
  TOO_FEW_TENANTS("a token for all tenants is needed here"),
  /** The session has ended or is unknown. */
  NO_SESSION("the session has ended, sign in again");

  private final String detail;

  Denial(String detail) {
    this.detail = detail;
  }

  /** Text for the caller. Does not reveal whether a name is configured. */
  public String detail() {
    return detail;
  }

  /** Value of the meter's tag. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
