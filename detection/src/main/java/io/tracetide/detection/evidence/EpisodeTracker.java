package io.tracetide.detection.evidence;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens an episode when the evidence is above 1 in two of three windows, and closes it after three
 * windows in which that does not hold.
 */
final class EpisodeTracker {
  private static final int NEEDED = 2;
  private static final int LATEST = 0b111;
  private static final int QUIET_TO_CLOSE = 3;

  /** A bit for each of the latest windows, the newest lowest: whether it was above 1. */
  private int above;

  private @Nullable EvidenceEpisode current;

  /** Windows of the open episode so far. */
  int length(long window) {
    return current != null && current.open() ? (int) (window - current.startWindow() + 1) : 0;
  }

  boolean isOpen() {
    return current != null && current.open();
  }

  /** The episode that is open after this window, or was closed by it. */
  Optional<EvidenceEpisode> add(long window, double evidence, ChannelEvidence largest) {
    above = (above << 1 | (evidence > 1 ? 1 : 0)) & LATEST;
    boolean hot = Integer.bitCount(above) >= NEEDED;
    EvidenceEpisode open = isOpen() ? current : null;
    if (open == null) {
      current =
          hot
              ? new EvidenceEpisode(
                  window, window, evidence, largest.channel(), largest.direction(), true)
              : null;
    } else {
      long end = hot ? window : open.endWindow();
      boolean stays = window - end <= QUIET_TO_CLOSE;
      current =
          evidence > open.peak()
              ? new EvidenceEpisode(
                  open.startWindow(), end, evidence, largest.channel(), largest.direction(), stays)
              : new EvidenceEpisode(
                  open.startWindow(), end, open.peak(), open.channel(), open.direction(), stays);
    }
    return Optional.ofNullable(current);
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(above);
    EvidenceEpisode open = isOpen() ? current : null;
    out.writeBoolean(open != null);
    if (open != null) {
      out.writeLong(open.startWindow());
      out.writeLong(open.endWindow());
      out.writeDouble(open.peak());
      out.writeUTF(open.channel().name());
      out.writeUTF(open.direction().name());
    }
  }

  void read(DataInput in) throws IOException {
    above = in.readByte();
    if (in.readBoolean()) {
      current =
          new EvidenceEpisode(
              in.readLong(),
              in.readLong(),
              in.readDouble(),
              EvidenceChannel.valueOf(in.readUTF()),
              Direction.valueOf(in.readUTF()),
              true);
    }
  }
}
