package io.tracetide.query;

import org.jspecify.annotations.Nullable;

/**
 * A query was not answered. Title and detail are those of the processor's problem details (RFC
 * 9457), such as {@code Bad parameter} with the name of the parameter and the accepted values.
 */
public final class QueryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** In place of a status, when there was no answer that could be read. */
  public static final int NO_STATUS = 0;

  private final int status;
  private final String title;
  private final String detail;

  /**
   * A failure.
   *
   * @param status of HTTP, or {@link #NO_STATUS}
   */
  public QueryException(int status, String title, String detail, @Nullable Throwable cause) {
    super(
        status == NO_STATUS
            ? "%s: %s".formatted(title, detail)
            : "%d %s: %s".formatted(status, title, detail),
        cause);
    this.status = status;
    this.title = title;
    this.detail = detail;
  }

  static QueryException unanswered(String detail, @Nullable Throwable cause) {
    return new QueryException(NO_STATUS, "No answer", detail, cause);
  }

  static QueryException unreadable(String detail, @Nullable Throwable cause) {
    return new QueryException(NO_STATUS, "Unreadable answer", detail, cause);
  }

  /** Status of HTTP; {@link #NO_STATUS} when there was no answer that could be read. */
  public int status() {
    return status;
  }

  /** Kind of the failure. */
  public String title() {
    return title;
  }

  /** This occurrence, for people: what to change. */
  public String detail() {
    return detail;
  }

  /**
   * Whether the same query may succeed later: there was no answer, or the processor is busy or
   * restoring its state.
   */
  public boolean isTemporary() {
    return (status == NO_STATUS && title.equals("No answer"))
        || status == 429
        || status == 502
        || status == 503
        || status == 504;
  }
}
