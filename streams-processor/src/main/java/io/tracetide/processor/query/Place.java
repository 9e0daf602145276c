package io.tracetide.processor.query;

import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * A place between two traces of the ledger.
 *
 * @param position of the last trace before it, in its partition; empty at the beginning of the
 *     partition
 */
public record Place(int partition, Optional<Bytes> position) {
  public static final Place BEGINNING = beginning(0);

  public static Place beginning(int partition) {
    return new Place(partition, Optional.empty());
  }
}
