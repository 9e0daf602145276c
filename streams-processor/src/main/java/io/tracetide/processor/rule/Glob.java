package io.tracetide.processor.rule;

import java.util.Arrays;

/**
 * A pattern of names: {@code *} stands for any text, {@code ?} for one character.
 *
 * <p>When the text after the last {@code *} does not match, that {@code *} takes one more
 * character; no earlier {@code *} has to be retried. So a match costs at most the product of both
 * lengths, for any pattern, unlike a backtracking regular expression.
 */
public final class Glob {

  private static final int NONE = -1;

  // Negative, so that they differ from every code point of a name.
  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;

  private final int[] pattern;

  private Glob(int[] pattern) {
    this.pattern = pattern;
  }

  public static Glob of(String text) {
    return new Glob(text.codePoints().map(Glob::meaning).toArray());
  }

  /** A pattern in which a backslash makes the next character literal. */
  public static Glob escaped(String text) {
    int[] characters = text.codePoints().toArray();
    int[] pattern = new int[characters.length];
    int length = 0;
    for (int i = 0; i < characters.length; i++) {
      boolean literal = characters[i] == '\\' && i + 1 < characters.length;
      pattern[length++] = literal ? characters[++i] : meaning(characters[i]);
    }
    return new Glob(Arrays.copyOf(pattern, length));
  }

  private static int meaning(int character) {
    return switch (character) {
      case '*' -> ANY_TEXT;
      case '?' -> ANY_CHARACTER;
      default -> character;
    };
  }

  public boolean matches(String name) {
    int at = 0;
    int next = 0;
    int star = NONE;
    int resume = 0;
    while (next < name.length()) {
      int c = name.codePointAt(next);
      if (at < pattern.length && pattern[at] == ANY_TEXT) {
        star = at++;
        resume = next;
      } else if (at < pattern.length && (pattern[at] == ANY_CHARACTER || pattern[at] == c)) {
        at++;
        next += Character.charCount(c);
      } else if (star != NONE) {
        resume += Character.charCount(name.codePointAt(resume));
        next = resume;
        at = star + 1;
      } else {
        return false;
      }
    }
    while (at < pattern.length && pattern[at] == ANY_TEXT) {
      at++;
    }
    return at == pattern.length;
  }
}
