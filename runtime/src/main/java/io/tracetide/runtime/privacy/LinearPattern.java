package io.tracetide.runtime.privacy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A regular expression that is matched in time linear in the text, whatever the expression and the
 * text are.
 *
 * <p>It has literals, {@code .}, classes such as {@code [A-Z0-9]} and {@code \d \w \s}, {@code \b},
 * groups, {@code |}, {@code ? * + {m} {m,} {m,n}}, and {@code (?i)} at the beginning. It has no
 * back references, no look-around and no anchors. Classes know ASCII; every other character is one
 * that only {@code .}, itself and negated classes match. A match is the leftmost one, and of those
 * the longest, and has at most {@value #LONGEST_MATCH} characters.
 */
public final class LinearPattern {

  /*
   * Thompson's construction and a simulation of all states at once (R. Cox, "Regular Expression
   * Matching Can Be Simple And Fast", 2007). A thread carries where its match began. Threads are
   * kept in the order of their beginnings, so the first to reach a state is the one to keep, and a
   * step costs at most one visit to each instruction: time is text x program, the program is
   * bounded, and so is how far a search looks beyond the end of the match that it finds.
   */

  static final int LONGEST_MATCH = 512;
  private static final int LONGEST_PATTERN = 500;
  private static final int LARGEST_PROGRAM = 2_000;

  private enum Op {
    CHARACTER,
    SPLIT,
    JUMP,
    BOUNDARY,
    MATCH
  }

  private final List<Op> ops = new ArrayList<>();
  private final List<CharacterSet> sets = new ArrayList<>();
  private final List<int[]> targets = new ArrayList<>();

  private LinearPattern() {}

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException if it is not one, is too large, or matches the empty text; the
   *     message says so, worded to follow "expected"
   */
  public static LinearPattern compile(String expression) {
    if (expression.isEmpty() || expression.length() > LONGEST_PATTERN) {
      throw new IllegalArgumentException(
          "an expression of 1 to " + LONGEST_PATTERN + " characters");
    }
    LinearPattern pattern = new LinearPattern();
    pattern.emit(PatternParser.parse(expression));
    pattern.add(Op.MATCH, CharacterSet.NONE);
    if (pattern.matchesNothing()) {
      throw new IllegalArgumentException("an expression that does not match the empty text");
    }
    return pattern;
  }

  /** A search of one text with this expression. */
  Search in(CharSequence text, int limit) {
    return new Search(text, limit);
  }

  private boolean matchesNothing() {
    Search search = new Search("", 0);
    search.ignoresBoundaries = true;
    return search.find(0);
  }

  private void emit(PatternNode node) {
    if (node instanceof PatternNode.OneOf one) {
      add(Op.CHARACTER, one.set());
    } else if (node instanceof PatternNode.Boundary) {
      add(Op.BOUNDARY, CharacterSet.NONE);
    } else if (node instanceof PatternNode.Sequence sequence) {
      sequence.nodes().forEach(this::emit);
    } else if (node instanceof PatternNode.Choice choice) {
      choose(choice.nodes());
    } else if (node instanceof PatternNode.Repeat repeat) {
      repeat(repeat);
    }
  }

  private void choose(List<PatternNode> nodes) {
    List<Integer> jumps = new ArrayList<>();
    for (int i = 0; i < nodes.size() - 1; i++) {
      int split = add(Op.SPLIT, CharacterSet.NONE);
      emit(nodes.get(i));
      jumps.add(add(Op.JUMP, CharacterSet.NONE));
      targets.get(split)[0] = split + 1;
      targets.get(split)[1] = ops.size();
    }
    emit(nodes.get(nodes.size() - 1));
    jumps.forEach(jump -> targets.get(jump)[0] = ops.size());
  }

  private void repeat(PatternNode.Repeat repeat) {
    for (int i = 0; i < repeat.min(); i++) {
      emit(repeat.node());
    }
    if (repeat.max() == PatternNode.Repeat.UNBOUNDED) {
      int split = add(Op.SPLIT, CharacterSet.NONE);
      emit(repeat.node());
      targets.get(add(Op.JUMP, CharacterSet.NONE))[0] = split;
      targets.get(split)[0] = split + 1;
      targets.get(split)[1] = ops.size();
      return;
    }
    List<Integer> splits = new ArrayList<>();
    for (int i = repeat.min(); i < repeat.max(); i++) {
      splits.add(add(Op.SPLIT, CharacterSet.NONE));
      emit(repeat.node());
    }
    for (int split : splits) {
      targets.get(split)[0] = split + 1;
      targets.get(split)[1] = ops.size();
    }
  }

  private int add(Op op, CharacterSet set) {
    if (ops.size() == LARGEST_PROGRAM) {
      throw new IllegalArgumentException(
          "an expression of at most "
              + LARGEST_PROGRAM
              + " steps with its repetitions written out");
    }
    ops.add(op);
    sets.add(set);
    targets.add(new int[2]);
    return ops.size() - 1;
  }

  /** Finds the matches of one text. Used by one thread. */
  final class Search {

    private final CharSequence text;
    private final int limit;
    private final int[] seenAt = new int[ops.size()];
    private final int[] stack = new int[2 * ops.size() + 2];
    private int[] current = new int[ops.size()];
    private int[] currentStart = new int[ops.size()];
    private int[] next = new int[ops.size()];
    private int[] nextStart = new int[ops.size()];
    private int nextSize;
    private int step;
    private int start = -1;
    private int end = -1;
    private boolean ignoresBoundaries;

    private Search(CharSequence text, int limit) {
      this.text = text;
      this.limit = limit;
      Arrays.fill(seenAt, -1);
    }

    int start() {
      return start;
    }

    int end() {
      return end;
    }

    /** Looks for the first match that begins at {@code from} or after it. */
    boolean find(int from) {
      start = -1;
      end = -1;
      int size = 0;
      for (int i = from; i <= limit; i++) {
        step++;
        nextSize = 0;
        if (i > from) {
          char c = text.charAt(i - 1);
          for (int thread = 0; thread < size; thread++) {
            boolean mayWin = start < 0 || currentStart[thread] <= start;
            boolean shortEnough = i - currentStart[thread] <= LONGEST_MATCH;
            if (mayWin && shortEnough && sets.get(current[thread]).contains(c)) {
              follow(current[thread] + 1, currentStart[thread], i);
            }
          }
        }
        if (start < 0) {
          follow(0, i, i);
        }
        if (nextSize == 0 && start >= 0) {
          return true;
        }
        int[] states = current;
        int[] starts = currentStart;
        current = next;
        currentStart = nextStart;
        next = states;
        nextStart = starts;
        size = nextSize;
      }
      return start >= 0;
    }

    /** Adds the state and all that are reached from it without a character. */
    private void follow(int state, int from, int at) {
      int depth = 0;
      stack[depth++] = state;
      while (depth > 0) {
        int here = stack[--depth];
        if (seenAt[here] == step) {
          continue;
        }
        seenAt[here] = step;
        switch (ops.get(here)) {
          case CHARACTER -> {
            next[nextSize] = here;
            nextStart[nextSize++] = from;
          }
          case JUMP -> stack[depth++] = targets.get(here)[0];
          case SPLIT -> {
            stack[depth++] = targets.get(here)[1];
            stack[depth++] = targets.get(here)[0];
          }
          case BOUNDARY -> {
            if (ignoresBoundaries || isBoundary(at)) {
              stack[depth++] = here + 1;
            }
          }
          case MATCH -> {
            if (start < 0 || from <= start) {
              start = from;
              end = at;
            }
          }
        }
      }
    }

    private boolean isBoundary(int at) {
      return isWord(at - 1) != isWord(at);
    }

    private boolean isWord(int index) {
      return Ascii.wordAt(text, index) || Ascii.at(text, index, '_');
    }
  }
}
