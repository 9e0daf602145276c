package io.tracetide.processor.query.store;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import java.util.SortedMap;

/** The partitions of the ledger that can be read in this process. */
@FunctionalInterface
public interface LedgerPartitions {

  /**
   * The partitions held now, by number.
   *
   * @throws StoresUnavailableException while partitions are assigned or restored
   */
  SortedMap<Integer, LedgerPartition> held();
}
