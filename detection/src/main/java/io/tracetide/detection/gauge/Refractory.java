package io.tracetide.detection.gauge;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Passes evidence only when it is above all evidence of the last windows. */
public final class Refractory {
  private final float[] recent;
  private int next;

  /**
   * @param length windows in which evidence must be exceeded
   */
  public Refractory(int length) {
    this.recent = new float[length];
  }

  /** The evidence, or 0 when the last windows had as much. */
  public double pass(double evidence) {
    float greatest = 0;
    for (float one : recent) {
      greatest = Math.max(greatest, one);
    }
    recent[next] = (float) evidence;
    next = next + 1 == recent.length ? 0 : next + 1;
    return (float) evidence > greatest ? evidence : 0;
  }

  void write(DataOutput out) throws IOException {
    for (int i = 0; i < recent.length; i++) {
      out.writeFloat(recent[(next + i) % recent.length]);
    }
  }

  void read(DataInput in) throws IOException {
    for (int i = 0; i < recent.length; i++) {
      recent[i] = in.readFloat();
    }
    next = 0;
  }
}
