package io.tracetide.runtime.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.tracetide.runtime.regex.BoundedRegex;

/**
 * A regular expression for personal data, in the syntax of RE2 without anchors. A match is the
 * leftmost one, of those the longest, and has 1 to {@value #LONGEST_MATCH} characters.
 */
public final class MaskPattern {

  /*
   * RE2/J takes linear time for one search, but a search for the longest match may read to the end
   * of the text and find one character, which makes a sequence of searches quadratic. Each search is
   * therefore given a window: matches that begin in its first half have room for the longest match
   * and one more character, for \b.
   */

  static final int LONGEST_MATCH = 512;
  private static final int STEP = LONGEST_MATCH;
  private static final int LONGEST_PATTERN = 500;
  private static final int LARGEST_PROGRAM = 2_000;

  private static final java.util.regex.Pattern COUNT =
      java.util.regex.Pattern.compile("\\{\\d+(,\\d*)?}");

  private final Pattern pattern;

  private MaskPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException if it is invalid, too large, has anchors or matches the empty
   *     text; the message is worded to follow "expected"
   */
  public static MaskPattern compile(String expression) {
    if (expression.isEmpty()) {
      throw new IllegalArgumentException(
          "a regular expression of 1 to " + LONGEST_PATTERN + " characters");
    }
    Pattern pattern =
        BoundedRegex.compile(
            expression, Pattern.DOTALL | Pattern.LONGEST_MATCH, LONGEST_PATTERN, LARGEST_PROGRAM);
    requireSearchable(expression);
    // The second text has every kind of boundary.
    Matcher matcher = pattern.matcher(" a ");
    if (pattern.matches("") || (matcher.find() && matcher.start() == matcher.end())) {
      throw new IllegalArgumentException("an expression that does not match the empty text");
    }
    return new MaskPattern(pattern);
  }

  /**
   * Refuses anchors, because texts are searched in parts; quotations, which would hide them; and
   * intersections and unions of classes, which {@code java.util.regex} has and RE2 reads otherwise.
   */
  private static void requireSearchable(String expression) {
    boolean inClass = false;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      if (c == '\\') {
        i++;
        c = i < expression.length() ? expression.charAt(i) : 'Q';
        if (c == 'A' || c == 'z') {
          throw new IllegalArgumentException(
              "\\b in place of the anchor \\" + c + ", at character " + i);
        }
        if (c == 'Q') {
          throw new IllegalArgumentException(
              "\\ before each special character in place of \\Q, at character " + i);
        }
        if ("pPx".indexOf(c) >= 0 && Ascii.at(expression, i + 1, '{')) {
          i = Math.max(i, expression.indexOf('}', i));
        }
      } else if (inClass && c == '[' && Ascii.at(expression, i + 1, ':')) {
        i = Math.max(i, expression.indexOf(":]", i) + 1);
      } else if (inClass && (c == '[' || expression.startsWith("&&", i))) {
        throw new IllegalArgumentException(
            "no class inside of a class and no &&, or \\ before a "
                + c
                + " that stands for itself, at character "
                + (i + 1));
      } else if (c == '[' || c == ']') {
        inClass = c == '[';
        // A ] directly after the beginning of a class is one of its characters.
        if (inClass && Ascii.at(expression, i + 1, '^')) {
          i++;
        }
        if (inClass && Ascii.at(expression, i + 1, ']')) {
          i++;
        }
      } else if (!inClass
          && (c == '^'
              || c == '$'
              || (c == '{' && !COUNT.matcher(expression.substring(i)).lookingAt()))) {
        throw new IllegalArgumentException(
            "\\b in place of an anchor, and \\ before a "
                + c
                + " that stands for itself, at character "
                + (i + 1));
      }
    }
  }

  /**
   * A search of one text with this expression.
   *
   * @param limit characters of the text that are searched
   */
  Search in(String text, int limit) {
    return new Search(text, limit);
  }

  /** Finds the matches of one text. Used by one thread. */
  final class Search {

    private final String text;
    private final int limit;
    private int start = -1;
    private int end = -1;

    private Search(String text, int limit) {
      this.text = text;
      this.limit = limit;
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }

    /** Finds the first match that begins at {@code from} or after it. */
    boolean find(int from) {
      int at = from;
      while (at < limit) {
        int to = Math.min(limit, at + STEP + LONGEST_MATCH + 1);
        boolean found = search(at, to);
        if (found && start < at + STEP && end - start > LONGEST_MATCH) {
          int begin = start;
          found = search(begin, Math.min(limit, begin + LONGEST_MATCH)) && start == begin;
          if (!found) {
            at = begin + 1;
            continue;
          }
        }
        if (found && (start < at + STEP || to == limit) && end > start) {
          return true;
        }
        if (!found && to == limit) {
          break;
        }
        at = found ? Math.max(start, at + (end > start ? 0 : 1)) : at + STEP;
      }
      start = -1;
      end = -1;
      return false;
    }

    /** Searches with the character before {@code from} in view, for \b. */
    private boolean search(int from, int to) {
      int base = Math.max(0, from - 1);
      Matcher matcher = pattern.matcher(text.substring(base, to));
      if (!matcher.find(from - base)) {
        return false;
      }
      start = base + matcher.start();
      end = base + matcher.end();
      return true;
    }
  }
}
