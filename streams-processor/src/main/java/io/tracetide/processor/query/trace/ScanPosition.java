package io.tracetide.processor.query.trace;

import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * A position between two traces of the ledger.
 *
 * @param position of the last trace before it, in its partition; empty at the beginning of the
 *     partition
 */
public record ScanPosition(int partition, Optional<Bytes> position) {
  public static final ScanPosition BEGINNING = beginning(0);

  public static ScanPosition beginning(int partition) {
    return new ScanPosition(partition, Optional.empty());
  }
}
