package io.tracetide.runtime.kafka.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The offsets of one partition that are done. Deliveries end out of order, offsets are committed in
 * order: the committed offset is the first one that is not done, and its metadata lists the others
 * that are not, up to the position of reading. So a record that is retried for hours does not cause
 * those delivered meanwhile to be sent again after a restart.
 *
 * <p>Metadata is {@code 1;<position>;<delta>,<delta>...} in base 36, each delta counted from the
 * offset before, the first from the committed offset. A broker accepts 4,096 characters; offsets
 * that do not fit are left out and the position is set before them, which causes duplicates and no
 * loss. Thread-safe.
 */
final class OffsetLedger {
  private static final String FORMAT = "1";
  private static final int RADIX = 36;
  private static final int MAX_METADATA = 3_500;

  /** Not done. */
  private final TreeSet<Long> open = new TreeSet<>();

  /** Not done when the process before ended, and not read again yet. */
  private final TreeSet<Long> unread = new TreeSet<>();

  /** After the highest offset that was ever begun. */
  private long position;

  private @Nullable OffsetAndMetadata committed;

  /**
   * Continues from the committed offset of the group.
   *
   * @param committed null if the group never committed
   */
  static OffsetLedger resume(@Nullable OffsetAndMetadata committed) {
    OffsetLedger ledger = new OffsetLedger();
    ledger.committed = committed;
    if (committed != null) {
      ledger.position = committed.offset();
      ledger.read(committed.offset(), committed.metadata());
    }
    return ledger;
  }

  /**
   * Notes that a record was read; records come in order.
   *
   * @return whether it is to be delivered; false if the process before has delivered it
   */
  synchronized boolean begin(long offset) {
    // Expected offsets that were skipped have been deleted from the topic.
    unread.headSet(offset).forEach(open::remove);
    unread.headSet(offset, true).clear();
    if (offset < position) {
      return open.contains(offset);
    }
    position = offset + 1;
    open.add(offset);
    return true;
  }

  synchronized void complete(long offset) {
    open.remove(offset);
  }

  /** The offset to commit, if it differs from the committed one. */
  synchronized Optional<OffsetAndMetadata> due() {
    if (committed == null && position == 0) {
      return Optional.empty();
    }
    OffsetAndMetadata now = write();
    return now.equals(committed) ? Optional.empty() : Optional.of(now);
  }

  synchronized void committed(OffsetAndMetadata offset) {
    committed = offset;
  }

  private OffsetAndMetadata write() {
    if (open.isEmpty()) {
      return new OffsetAndMetadata(position);
    }
    StringBuilder deltas = new StringBuilder();
    long before = open.first();
    long written = position;
    for (long offset : open) {
      if (deltas.length() > MAX_METADATA) {
        written = offset;
        break;
      }
      deltas.append(deltas.isEmpty() ? "" : ",").append(Long.toString(offset - before, RADIX));
      before = offset;
    }
    return new OffsetAndMetadata(
        open.first(), FORMAT + ";" + Long.toString(written, RADIX) + ";" + deltas);
  }

  /** Metadata of another format is ignored: the offset alone is correct and causes duplicates. */
  private void read(long base, String metadata) {
    String[] parts = metadata.split(";", -1);
    if (parts.length != 3 || !parts[0].equals(FORMAT)) {
      return;
    }
    try {
      long written = Long.parseLong(parts[1], RADIX);
      List<Long> offsets = new ArrayList<>();
      long offset = base;
      for (String delta : parts[2].split(",", -1)) {
        offset += Long.parseLong(delta, RADIX);
        offsets.add(offset);
      }
      open.addAll(offsets);
      unread.addAll(offsets);
      position = written;
    } catch (NumberFormatException e) {
      open.clear();
      unread.clear();
    }
  }
}
