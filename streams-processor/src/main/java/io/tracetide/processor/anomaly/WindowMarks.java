package io.tracetide.processor.anomaly;

/**
 * Which of the latest windows of a subject were beyond the limit. The lowest bit stands for the
 * newest of them, each higher bit for the window before.
 *
 * @param beyond set where a window was beyond the limit
 * @param doubtful set where a window was within the limit and late spans of it may arrive
 * @param endMs end of the newest window; {@link #UNKNOWN} when it was not saved
 */
public record WindowMarks(long beyond, long doubtful, long endMs) {

  /** Number of windows that are kept. */
  static final int WINDOWS = Long.SIZE;

  /** Marks an unknown end; then it is the end of the window before the next one. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  static WindowMarks none(long endMs) {
    return new WindowMarks(0, 0, endMs);
  }

  /** The same with a later window as the newest; those in between were calm. */
  WindowMarks at(long newestEndMs, long windowMs) {
    int passed = passed(newestEndMs, windowMs);
    return passed >= WINDOWS
        ? none(newestEndMs)
        : new WindowMarks(beyond << passed, doubtful << passed, newestEndMs);
  }

  /** Windows from the newest to a later one, at most {@link #WINDOWS}. */
  int passed(long newestEndMs, long windowMs) {
    return endMs == UNKNOWN
        ? 1
        : (int) Math.min(WINDOWS, Math.max(0, (newestEndMs - endMs) / windowMs));
  }

  /** The same with one window evaluated again. */
  WindowMarks with(int age, boolean isBeyond, boolean isDoubtful) {
    long bit = 1L << age;
    return new WindowMarks(
        isBeyond ? beyond | bit : beyond & ~bit,
        isDoubtful ? doubtful | bit : doubtful & ~bit,
        endMs);
  }

  boolean isBeyond(int age) {
    return age < WINDOWS && (beyond >>> age & 1) != 0;
  }

  boolean isDoubtful(int age) {
    return age < WINDOWS && (doubtful >>> age & 1) != 0;
  }

  /** Of a window and the {@code of - 1} before it, those beyond the limit. */
  int count(int age, int of) {
    return Long.bitCount(beyond >>> age & (1L << of) - 1);
  }

  /** The same without the windows before the newest {@code windows}. */
  WindowMarks latest(int windows) {
    long mask = windows >= WINDOWS ? -1 : (1L << windows) - 1;
    return new WindowMarks(beyond & mask, doubtful & mask, endMs);
  }
}
