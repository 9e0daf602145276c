package io.tracetide.processor.query.request;

/** A request with an invalid parameter; the message names the parameter and the accepted values. */
public final class BadParameterException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_CHARS = 80;

  public BadParameterException(String detail) {
    super(detail);
  }

  public static BadParameterException rejected(String parameter, String value, String accepted) {
    return new BadParameterException(
        "Parameter '%s' does not accept '%s': %s.".formatted(parameter, quoted(value), accepted));
  }

  /** Text of the caller, shortened for a message. */
  public static String quoted(String value) {
    return value.length() <= QUOTED_CHARS ? value : value.substring(0, QUOTED_CHARS) + "…";
  }
}
