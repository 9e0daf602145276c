package io.tracetide.processor.query.promql.syntax;

/** A query that cannot be answered; the message says why, and what is supported instead. */
public final class PromqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int QUOTED_CHARS = 60;

  /** The kinds of Prometheus' API. */
  public enum Kind {
    /** The query or a parameter is malformed, or outside of the supported subset. */
    BAD_DATA,
    /** The query is well-formed, and its evaluation fails on this data. */
    EXECUTION,
    /** The evaluation took longer than its time budget. */
    TIMEOUT
  }

  private final Kind kind;

  public PromqlException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public static PromqlException badData(String message) {
    return new PromqlException(Kind.BAD_DATA, message);
  }

  public static PromqlException execution(String message) {
    return new PromqlException(Kind.EXECUTION, message);
  }

  public Kind kind() {
    return kind;
  }

  /** Text of the caller in quotation marks, shortened for a message. */
  public static String quoted(String text) {
    return text.length() <= QUOTED_CHARS
        ? "'" + text + "'"
        : "'" + text.substring(0, QUOTED_CHARS) + "…'";
  }
}
