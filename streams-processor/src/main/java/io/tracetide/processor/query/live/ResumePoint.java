package io.tracetide.processor.query.live;

import io.tracetide.processor.query.request.BadParameterException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last message that a client has received.
 *
 * @param stream name of the sequence
 * @param seq number in the sequence
 */
public record ResumePoint(String stream, long seq) {
  private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{1,64}):(\\d{1,18})");

  /**
   * Reads what {@link #toString} writes.
   *
   * @param name of the parameter, for the message of the exception
   * @throws BadParameterException when it is something else
   */
  public static ResumePoint parse(String name, String text) {
    Matcher parts = TEXT.matcher(text);
    if (!parts.matches()) {
      throw BadParameterException.rejected(
          name, text, "use the position of a message, such as 4f1c0a9be2:17, or leave it out");
    }
    return new ResumePoint(parts.group(1), Long.parseLong(parts.group(2)));
  }

  @Override
  public String toString() {
    return stream + ":" + seq;
  }
}
