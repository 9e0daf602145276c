package io.tracetide.runtime.config;

/**
 * One thing that is wrong with a configuration.
 *
 * @param path where, as written in the file: {@code processor.windows[1].size}
 * @param value what was found there, empty if there is nothing to show
 * @param expected what would have been right, worded to follow "expected"
 */
public record ConfigProblem(String path, String value, String expected) {
  private static final int SHOWN = 120;

  public ConfigProblem {
    value = shown(value);
  }

  /** The same problem seen from the section that holds it. */
  ConfigProblem within(String section) {
    return new ConfigProblem(join(section, path), value, expected);
  }

  static String join(String section, String key) {
    return section.isEmpty() ? key : key.isEmpty() ? section : section + "." + key;
  }

  @Override
  public String toString() {
    String where = path.isEmpty() ? "" : path + ": ";
    return value.isEmpty()
        ? where + "expected " + expected
        : where + "got \"" + value + "\", expected " + expected;
  }

  /** Problems go to a terminal and a log: one line, no control characters, no flood. */
  private static String shown(String value) {
    String cut = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
    StringBuilder text = new StringBuilder(cut.length());
    cut.codePoints().forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return text.toString();
  }
}
