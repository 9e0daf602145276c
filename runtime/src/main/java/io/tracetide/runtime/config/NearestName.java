package io.tracetide.runtime.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that is nearest to a misspelt one. */
final class NearestName {
  private NearestName() {}

  /** Empty if no known name is within a third of the given one's length. */
  static Optional<String> of(String name, Collection<String> known) {
    String wanted = plain(name);
    int limit = Math.max(1, wanted.length() / 3);
    String nearest = null;
    for (String candidate : known) {
      int distance = distance(wanted, plain(candidate), limit + 1);
      if (distance <= limit) {
        nearest = candidate;
        limit = distance - 1;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** kebab-case, snake_case and CamelCase of one name are the same name. */
  private static String plain(String name) {
    return name.replaceAll("[-_. ]", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Edits (insert, delete, replace, swap of neighbours) from one text to the other: the optimal
   * string alignment distance. Anything whose lengths differ by {@code tooFar} is not computed.
   */
  private static int distance(String a, String b, int tooFar) {
    if (Math.abs(a.length() - b.length()) >= tooFar) {
      return tooFar;
    }
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        edits[i][j] =
            Math.min(edits[i - 1][j - 1] + replace, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
        }
      }
    }
    return edits[a.length()][b.length()];
  }
}
