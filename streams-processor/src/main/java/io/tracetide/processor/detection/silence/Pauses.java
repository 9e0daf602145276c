package io.tracetide.processor.detection.silence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The longest pauses of a service in the last week, in windows. */
final class Pauses {

  /** Maximum of pauses that are kept of each kind. */
  private static final int MOST = 4;

  private static final Comparator<Pause> LONGEST_FIRST =
      Comparator.comparingInt(Pause::windows).thenComparingLong(Pause::endWindow).reversed();

  private final int remembered;
  private List<Pause> usual = new ArrayList<>();
  private List<Pause> anomalous = new ArrayList<>();

  private record Pause(int windows, long endWindow) {}

  /**
   * No pauses.
   *
   * @param remembered windows for which a pause is remembered
   */
  Pauses(int remembered) {
    this.remembered = remembered;
  }

  /**
   * Adds a pause that has ended.
   *
   * @param wasAnomaly whether it was published as an anomaly
   */
  void add(int windows, long endWindow, boolean wasAnomaly) {
    List<Pause> all = wasAnomaly ? anomalous : usual;
    all.removeIf(pause -> endWindow - pause.endWindow() > remembered);
    all.add(new Pause(windows, endWindow));
    all.sort(LONGEST_FIRST);
    if (all.size() > MOST) {
      all.remove(MOST);
    }
  }

  /**
   * Notes that a window had spans. A pause that contains it becomes the longer of its two parts.
   *
   * @return whether there was such a pause
   */
  boolean fill(long window) {
    boolean inUsual = fill(usual, window);
    return fill(anomalous, window) || inUsual;
  }

  private static boolean fill(List<Pause> pauses, long window) {
    for (int i = 0; i < pauses.size(); i++) {
      Pause pause = pauses.get(i);
      long start = pause.endWindow() - pause.windows() + 1;
      if (window >= start && window <= pause.endWindow()) {
        pauses.remove(i);
        int before = (int) (window - start);
        int after = (int) (pause.endWindow() - window);
        if (Math.max(before, after) > 0) {
          pauses.add(
              before > after ? new Pause(before, window - 1) : new Pause(after, pause.endWindow()));
          pauses.sort(LONGEST_FIRST);
        }
        return true;
      }
    }
    return false;
  }

  /**
   * The longest pause that is usual: of those that were anomalies the second longest counts,
   * because one outage makes no pause usual.
   */
  int longestUsual(long window) {
    return Math.max(nth(usual, window, 0), nth(anomalous, window, 1));
  }

  private int nth(List<Pause> longestFirst, long window, int n) {
    return longestFirst.stream()
        .filter(pause -> window - pause.endWindow() <= remembered)
        .skip(n)
        .mapToInt(Pause::windows)
        .findFirst()
        .orElse(0);
  }

  void write(DataOutput out) throws IOException {
    write(usual, out);
    write(anomalous, out);
  }

  private static void write(List<Pause> pauses, DataOutput out) throws IOException {
    out.writeByte(pauses.size());
    for (Pause pause : pauses) {
      out.writeInt(pause.windows());
      out.writeLong(pause.endWindow());
    }
  }

  void read(DataInput in) throws IOException {
    usual = readList(in);
    anomalous = readList(in);
  }

  private static List<Pause> readList(DataInput in) throws IOException {
    List<Pause> pauses = new ArrayList<>();
    for (int i = in.readUnsignedByte(); i > 0; i--) {
      pauses.add(new Pause(in.readInt(), in.readLong()));
    }
    return pauses;
  }
}
