package io.tracetide.runtime.privacy;

import java.util.ArrayList;
import java.util.List;

/** Reads a regular expression by recursive descent. */
final class PatternParser {

  private static final int DEEPEST = 50;
  private static final int MOST_REPETITIONS = 1_000;
  private static final String IGNORE_CASE = "(?i)";

  private final String text;
  private final boolean ignoreCase;
  private int at;
  private int depth;

  private PatternParser(String text) {
    this.text = text;
    this.ignoreCase = text.startsWith(IGNORE_CASE);
    this.at = ignoreCase ? IGNORE_CASE.length() : 0;
  }

  static PatternNode parse(String text) {
    PatternParser parser = new PatternParser(text);
    PatternNode node = parser.choice();
    if (parser.more()) {
      throw parser.refused("a ( before the )");
    }
    return node;
  }

  private PatternNode choice() {
    if (++depth > DEEPEST) {
      throw refused("at most " + DEEPEST + " groups within each other");
    }
    List<PatternNode> nodes = new ArrayList<>();
    nodes.add(sequence());
    while (take('|')) {
      nodes.add(sequence());
    }
    depth--;
    return nodes.size() == 1 ? nodes.get(0) : new PatternNode.Choice(nodes);
  }

  private PatternNode sequence() {
    List<PatternNode> nodes = new ArrayList<>();
    while (more() && peek() != '|' && peek() != ')') {
      nodes.add(repeated(atom()));
    }
    return new PatternNode.Sequence(nodes);
  }

  private PatternNode repeated(PatternNode node) {
    if (!more()) {
      return node;
    }
    return switch (peek()) {
      case '*' -> repeat(node, 0, PatternNode.Repeat.UNBOUNDED);
      case '+' -> repeat(node, 1, PatternNode.Repeat.UNBOUNDED);
      case '?' -> repeat(node, 0, 1);
      case '{' -> counted(node);
      default -> node;
    };
  }

  private PatternNode repeat(PatternNode node, int min, int max) {
    at++;
    return once(new PatternNode.Repeat(node, min, max));
  }

  private PatternNode counted(PatternNode node) {
    at++;
    int min = number();
    int max = min;
    if (take(',')) {
      max = more() && peek() == '}' ? PatternNode.Repeat.UNBOUNDED : number();
    }
    if (!take('}') || (max != PatternNode.Repeat.UNBOUNDED && max < min)) {
      throw refused("{m}, {m,} or {m,n}");
    }
    return once(new PatternNode.Repeat(node, min, max));
  }

  /**
   * A mark behind a repetition means something else in other dialects, so here it means nothing.
   */
  private PatternNode once(PatternNode node) {
    if (more() && "*+?{".indexOf(peek()) >= 0) {
      throw refused("one repetition at a place");
    }
    return node;
  }

  private int number() {
    int from = at;
    while (more() && Ascii.isDigit(peek()) && at - from < 5) {
      at++;
    }
    int number = from == at ? -1 : Integer.parseInt(text.substring(from, at));
    if (number < 0 || number > MOST_REPETITIONS) {
      throw refused("a number from 0 to " + MOST_REPETITIONS);
    }
    return number;
  }

  private PatternNode atom() {
    char c = text.charAt(at++);
    return switch (c) {
      case '(' -> group();
      case '[' -> new PatternNode.OneOf(set());
      case '.' -> new PatternNode.OneOf(CharacterSet.ANY);
      case '\\' -> escaped();
      case '*', '+', '?', '{', '}', ']', '^', '$' -> {
        at--;
        throw refused("\\ before a " + c + " that stands for itself");
      }
      default -> literal(c);
    };
  }

  private PatternNode group() {
    if (take('?') && !take(':')) {
      throw refused("(?: or ( at the beginning of a group");
    }
    PatternNode node = choice();
    if (!take(')')) {
      throw refused("a ) for every (");
    }
    return node;
  }

  private PatternNode escaped() {
    if (more() && peek() == 'b') {
      at++;
      return new PatternNode.Boundary();
    }
    return new PatternNode.OneOf(folded(escape()));
  }

  private CharacterSet escape() {
    if (!more()) {
      throw refused("a character after \\");
    }
    char c = text.charAt(at++);
    return switch (c) {
      case 'd' -> CharacterSet.DIGITS;
      case 'w' -> CharacterSet.WORD;
      case 's' -> CharacterSet.SPACE;
      case 'D' -> CharacterSet.DIGITS.negate();
      case 'W' -> CharacterSet.WORD.negate();
      case 'S' -> CharacterSet.SPACE.negate();
      case 't' -> CharacterSet.of('\t');
      case 'n' -> CharacterSet.of('\n');
      case 'r' -> CharacterSet.of('\r');
      default -> {
        if (Ascii.isWord(c)) {
          throw refused("one of \\d \\w \\s \\D \\W \\S \\b \\t \\n \\r, or \\ before a sign");
        }
        yield CharacterSet.of(c);
      }
    };
  }

  private CharacterSet set() {
    boolean negated = take('^');
    CharacterSet all = CharacterSet.NONE;
    boolean empty = true;
    while (more() && peek() != ']') {
      all = CharacterSet.union(all, member());
      empty = false;
    }
    if (!take(']') || empty) {
      throw refused("a ] for every [, with something in between");
    }
    CharacterSet folded = folded(all);
    return negated ? folded.negate() : folded;
  }

  private CharacterSet member() {
    char c = text.charAt(at++);
    CharacterSet first = c == '\\' ? escape() : CharacterSet.of(c);
    if (first.negated()) {
      throw refused("\\D, \\W and \\S outside of [ ]");
    }
    boolean range =
        at + 1 < text.length()
            && peek() == '-'
            && text.charAt(at + 1) != ']'
            && first.members().cardinality() == 1;
    if (!range) {
      return first;
    }
    at++;
    char last = text.charAt(at++);
    int from = first.members().nextSetBit(0);
    if (last == '\\' || last < from) {
      throw refused("a range that ends after it begins");
    }
    return CharacterSet.range((char) from, last);
  }

  private PatternNode literal(char c) {
    return new PatternNode.OneOf(folded(CharacterSet.of(c)));
  }

  private CharacterSet folded(CharacterSet set) {
    return ignoreCase ? set.ignoringCase() : set;
  }

  private boolean more() {
    return at < text.length();
  }

  private char peek() {
    return text.charAt(at);
  }

  private boolean take(char wanted) {
    if (more() && peek() == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private IllegalArgumentException refused(String expected) {
    return new IllegalArgumentException(expected + ", at character " + at);
  }
}
