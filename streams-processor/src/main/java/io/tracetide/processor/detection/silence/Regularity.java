package io.tracetide.processor.detection.silence;

import io.tracetide.detection.SavedBytes;
import io.tracetide.processor.anomaly.Episode;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** How regularly a service, or a tenant as a whole, sends spans; and its current pause. */
final class Regularity {

  /*
   * A pause is a run of windows without spans. It is improbable when both hold:
   *
   * - At the usual rate, expectedSpans spans are missing. Of independent spans the probability is
   *   exp(-expectedSpans), 6e-6 with 12.
   * - It is longer than a multiple of the longest usual pause of the last week. Spans that come in
   *   bursts, at intervals or in working hours are not independent; their pauses are known. When
   *   long pauses become rare exponentially, the longest of m is about ln(m) times the mean, and a
   *   pause of k times that has the probability m^-k. k is chosen so that this is 1e-5, and is at
   *   least 2: 10 after the first pause, 5 after ten, 2.5 after a hundred.
   *
   * The usual rate is the mean of the latest 360 windows, an hour, without the current pause.
   */
  static final int REMEMBERED = 7 * 8_640;
  static final int LEAST_ACTIVE = 20;

  /** Windows with spans before the first pause that counts. */
  private static final int LEAST_BEFORE_A_PAUSE = 3;

  private static final double STEP = 1.0 / 360;
  private static final double LEAST_MULTIPLE = 2;
  private static final double IMPROBABLE = -Math.log(1e-5);

  private final Pauses pauses = new Pauses(REMEMBERED);
  Episode episode = Episode.QUIET;

  /** Windows by which its spans are usually late. */
  int lag;

  private long observed;
  private int active;

  /** Pauses so far. */
  private int count;

  private double rate;
  private long lastActive = Long.MIN_VALUE;
  private int pause;

  /** Notes a window with spans; the latest one, or a revised one before it. */
  void active(long window, long spans) {
    if (window <= lastActive) {
      return;
    }
    endPause();
    observed++;
    active = Math.min(Integer.MAX_VALUE - 1, active + 1);
    rate += Math.max(STEP, 1.0 / observed) * (spans - rate);
    lastActive = window;
  }

  private void endPause() {
    if (pause == 0) {
      return;
    }
    boolean anomaly = episode instanceof Episode.Open;
    // When old spans are read, the first windows of a service may close before all spans are there.
    if (active >= LEAST_BEFORE_A_PAUSE) {
      pauses.add(pause, lastActive + pause, anomaly);
      count = Math.min(Integer.MAX_VALUE - 1, count + 1);
    }
    if (!anomaly) {
      for (int i = 0; i < Math.min(pause, 1 / STEP * 10); i++) {
        observed++;
        rate -= Math.max(STEP, 1.0 / observed) * rate;
      }
    }
    pause = 0;
  }

  /**
   * Notes late spans of a window of the current pause.
   *
   * @param newest the latest window
   */
  void revised(long window, long spans, long newest) {
    if (window > lastActive) {
      int before = pause;
      pause = (int) Math.max(0, Math.min(pause, window - 1 - lastActive));
      active(window, spans);
      pause = (int) Math.min(before, newest - window);
    }
  }

  /**
   * Notes late spans of a window of an earlier pause.
   *
   * @return whether there was such a pause
   */
  boolean filled(long window) {
    return pauses.fill(window);
  }

  /** Notes a window without spans. */
  void silent() {
    pause++;
  }

  /** Drops the current pause, because it is not known whether there were spans. */
  void forgetPause() {
    pause = 0;
  }

  /** Windows of the current pause. */
  int pause() {
    return pause;
  }

  /** Usual number of spans in a window. */
  double rate() {
    return rate;
  }

  /** The longest usual pause, in windows. */
  int longestUsual(long window) {
    return pauses.longestUsual(window);
  }

  /**
   * How improbable the current pause is: from 1 on it is an anomaly.
   *
   * @param floor least length of such a pause, in windows
   * @param warmUp windows that must be known before
   */
  double improbability(long window, int floor, int warmUp, double expectedSpans) {
    if (pause < floor || observed < warmUp || active < LEAST_ACTIVE) {
      return 0;
    }
    double missing = rate * pause / expectedSpans;
    double longer = pause / (double) longestAllowed(window);
    return Math.min(missing, longer);
  }

  /** The shortest pause that is an anomaly by the pauses before, in windows. */
  int longestAllowed(long window) {
    double multiple = Math.max(LEAST_MULTIPLE, IMPROBABLE / Math.log(count + 2.0));
    return 1 + (int) Math.ceil(multiple * longestUsual(window));
  }

  byte[] save() {
    return SavedBytes.of(this::write);
  }

  private void write(DataOutputStream out) throws IOException {
    out.writeLong(observed);
    out.writeInt(active);
    out.writeInt(count);
    out.writeDouble(rate);
    out.writeLong(lastActive);
    out.writeInt(pause);
    out.writeByte(lag);
    pauses.write(out);
  }

  void restore(byte[] saved) {
    SavedBytes.read(saved, this::read);
  }

  private Regularity read(DataInputStream in) throws IOException {
    observed = in.readLong();
    active = in.readInt();
    count = in.readInt();
    rate = in.readDouble();
    lastActive = in.readLong();
    pause = in.readInt();
    lag = in.readUnsignedByte();
    pauses.read(in);
    return this;
  }
}
