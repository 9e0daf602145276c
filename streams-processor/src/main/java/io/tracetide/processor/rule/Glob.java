package io.tracetide.processor.rule;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A pattern of names: {@code *} stands for any text, {@code ?} for one character. */
public final class Glob {

  private final Pattern pattern;

  private Glob(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Reads a pattern; every text is one. */
  public static Glob of(String text) {
    String regex =
        text.codePoints()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining());
    return new Glob(Pattern.compile(regex, Pattern.DOTALL));
  }

  public boolean matches(String name) {
    return pattern.matcher(name).matches();
  }
}
