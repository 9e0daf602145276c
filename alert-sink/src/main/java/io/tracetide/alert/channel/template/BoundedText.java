package io.tracetide.alert.channel.template;

import java.io.IOException;
import java.io.Writer;

/** A text that refuses to become longer than a limit. */
final class BoundedText extends Writer {

  /** The text would become too long. */
  static final class Full extends IOException {
    private static final long serialVersionUID = 1;
  }

  private final StringBuilder text = new StringBuilder();
  private final int limit;

  /** With a limit in characters. */
  BoundedText(int limit) {
    this.limit = limit;
  }

  @Override
  public void write(char[] source, int from, int length) throws IOException {
    if (text.length() + length > limit) {
      throw new Full();
    }
    text.append(source, from, length);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return text.toString();
  }
}
