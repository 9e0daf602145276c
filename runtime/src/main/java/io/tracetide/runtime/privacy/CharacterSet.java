package io.tracetide.runtime.privacy;

import java.util.BitSet;

/**
 * Characters that one place of an expression accepts.
 *
 * @param members those it names
 * @param negated whether it accepts all others instead
 */
record CharacterSet(BitSet members, boolean negated) {

  static final CharacterSet NONE = new CharacterSet(new BitSet(), false);
  static final CharacterSet ANY = new CharacterSet(new BitSet(), true);
  static final CharacterSet DIGITS = range('0', '9');
  static final CharacterSet WORD = union(DIGITS, range('a', 'z'), range('A', 'Z'), of('_'));
  static final CharacterSet SPACE = union(of(' '), range('\t', '\r'));

  static CharacterSet of(char c) {
    return range(c, c);
  }

  static CharacterSet range(char first, char last) {
    BitSet members = new BitSet();
    members.set(first, last + 1);
    return new CharacterSet(members, false);
  }

  static CharacterSet union(CharacterSet... sets) {
    BitSet members = new BitSet();
    for (CharacterSet set : sets) {
      members.or(set.members);
    }
    return new CharacterSet(members, false);
  }

  CharacterSet negate() {
    return new CharacterSet(members, !negated);
  }

  /** The same in either case of ASCII letters. */
  CharacterSet ignoringCase() {
    BitSet both = (BitSet) members.clone();
    for (char c = 'a'; c <= 'z'; c++) {
      int upper = c - ('a' - 'A');
      boolean either = members.get(c) || members.get(upper);
      both.set(c, either);
      both.set(upper, either);
    }
    return new CharacterSet(both, negated);
  }

  boolean contains(char c) {
    return members.get(c) != negated;
  }
}
