package io.tracetide.standalone.check.alert;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The result of checking one guarantee.
 *
 * @param name of the guarantee
 * @param holds whether it holds
 * @param figures what was measured
 * @param violations why it does not hold, in the order in which they were found
 */
public record Property(String name, boolean holds, String figures, List<String> violations) {
  private static final int MOST_SHOWN = 10;

  public Property {
    violations = List.copyOf(violations);
  }

  /** A guarantee that holds if there is no violation. */
  static Property of(String name, List<String> violations, String figures, Object... values) {
    return new Property(name, violations.isEmpty(), text(figures, values), violations);
  }

  /** A guarantee that holds by a condition, which the figures state. */
  static Property that(String name, boolean holds, String figures, Object... values) {
    return new Property(name, holds, text(figures, values), List.of());
  }

  /** Figures that are reported and not judged. */
  static Property measured(String name, String figures, Object... values) {
    return that(name, true, figures, values);
  }

  private static String text(String figures, Object... values) {
    return String.format(Locale.ROOT, figures, values);
  }

  /** One line with the result, and one for each of the first violations. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%-6s %s: %s".formatted(holds ? "OK" : "FAILED", name, figures));
    violations.stream().limit(MOST_SHOWN).forEach(each -> lines.add("         " + each));
    if (violations.size() > MOST_SHOWN) {
      lines.add("         and %d more".formatted(violations.size() - MOST_SHOWN));
    }
    return lines;
  }
}
