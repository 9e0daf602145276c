package io.tracetide.processor.rule;

/**
 * A pattern of names: {@code *} stands for any text, {@code ?} for one character.
 *
 * <p>When a name does not go on as the pattern does, the last {@code *} takes one character more;
 * going back further than that never helps. So a match costs at most the product of both lengths,
 * whatever strangers choose for them, where a regular expression may take for ever.
 */
public final class Glob {

  private static final int NONE = -1;

  private final int[] pattern;

  private Glob(int[] pattern) {
    this.pattern = pattern;
  }

  public static Glob of(String text) {
    return new Glob(text.codePoints().toArray());
  }

  public boolean matches(String name) {
    int at = 0;
    int next = 0;
    int star = NONE;
    int resume = 0;
    while (next < name.length()) {
      int c = name.codePointAt(next);
      if (at < pattern.length && pattern[at] == '*') {
        star = at++;
        resume = next;
      } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == c)) {
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
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at == pattern.length;
  }
}
