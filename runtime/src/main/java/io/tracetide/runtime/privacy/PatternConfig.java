package io.tracetide.runtime.privacy;

import io.tracetide.runtime.config.Checks;
import io.tracetide.runtime.config.Required;
import java.util.regex.Pattern;

/**
 * Personal data described by the operator.
 *
 * @param name name in the mask
 * @param pattern a {@link MaskPattern}
 */
public record PatternConfig(@Required String name, @Required String pattern) {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,31}");

  public PatternConfig {
    String problem = problem(pattern);
    Checks.check()
        .that(
            NAME.matcher(name).matches() && !PersonalData.BUILT_IN.contains(name),
            "name",
            name,
            "up to 32 small letters, digits, - and _, and none of " + PersonalData.BUILT_IN)
        .that(problem.isEmpty(), "pattern", pattern, problem)
        .done();
  }

  private static String problem(String pattern) {
    try {
      MaskPattern.compile(pattern);
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
