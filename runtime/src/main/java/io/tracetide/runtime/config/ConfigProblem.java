package io.tracetide.runtime.config;

import java.util.Collection;

/**
 * One problem of a configuration.
 *
 * @param path the key as written in the file: {@code processor.windows[1].size}
 * @param value the value, empty if there is none to show
 * @param expected valid values, as they follow the word "expected"
 */
public record ConfigProblem(String path, String value, String expected) {
  private static final int SHOWN = 120;

  public ConfigProblem {
    value = shown(value);
  }

  /**
   * A name that is not one of those that are known. The nearest of them is suggested.
   *
   * @param what what is named, as it follows the word "expected"
   */
  public static ConfigProblem unknownName(
      String path, String name, Collection<String> known, String what) {
    String nearest =
        NearestName.of(name, known).map(each -> "; did you mean " + each + "?").orElse("");
    return new ConfigProblem(path, name, what + ", which are " + known + nearest);
  }

  /** The same problem with its path relative to an outer section. */
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

  /**
   * Problems are printed to a terminal and a log: one line of limited length without control
   * characters.
   */
  private static String shown(String value) {
    String cut = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
    StringBuilder text = new StringBuilder(cut.length());
    cut.codePoints().forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '\uFFFD' : c));
    return text.toString();
  }
}
