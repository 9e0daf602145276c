package io.tracetide.runtime.privacy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of tags whose value is secret, each by its last words. Case does not matter, nor whether
 * words are joined by a dot, a dash, an underscore, or a capital letter.
 */
final class SecretKeys {

  private static final int LETTERS = 128;

  /** By their last letter, which differs between most names. */
  private final @Nullable List<String>[] byLastLetter;

  @SuppressWarnings({
    "unchecked",
    "rawtypes"
  }) // Java has no creation of generic arrays without a cast.
  SecretKeys(List<String> names) {
    this.byLastLetter = new List[LETTERS];
    for (String name : names) {
      int last = fold(name.charAt(name.length() - 1));
      List<String> same = byLastLetter[last];
      if (same == null) {
        same = new ArrayList<>();
        byLastLetter[last] = same;
      }
      same.add(name);
    }
  }

  boolean contains(String key) {
    if (key.isEmpty()) {
      return false;
    }
    List<String> same = byLastLetter[fold(key.charAt(key.length() - 1))];
    if (same == null) {
      return false;
    }
    for (String name : same) {
      if (endsWith(key, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWith(String key, String name) {
    int from = key.length() - name.length();
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (fold(key.charAt(from + i)) != fold(name.charAt(i))) {
        return false;
      }
    }
    return from == 0 || !Ascii.isWord(key.charAt(from - 1)) || isCamel(key, from);
  }

  private static boolean isCamel(String key, int from) {
    return Character.isUpperCase(key.charAt(from)) && !Character.isUpperCase(key.charAt(from - 1));
  }

  private static int fold(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c | 0x20;
    }
    return c == '-' || c == '_' ? '.' : c & (LETTERS - 1);
  }
}
