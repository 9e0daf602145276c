package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.List;
import java.util.Optional;

/** Read access to traces in flight and recently finished ones. */
public interface LedgerView {

  /**
   * The trace of that id; empty when it is not known, or not kept any more.
   *
   * @throws StoresUnavailableException when its partition cannot be read now, here or at its owner
   */
  Optional<TraceSnapshot> find(String tenant, String traceId);

  /**
   * Reads a page of the matching traces, partition by partition, in an order that does not change
   * while a trace exists.
   *
   * @param from where to begin: the end of the page before
   * @throws StoresUnavailableException when the partitions cannot be read now
   */
  Page page(
      TraceCriteria filter, ScanPosition from, ScanLimits limits, CancellationCheck cancellation);

  /**
   * Passes the number of traces in flight of each service to the reader, once for each partition
   * that has any.
   *
   * @return hosts whose traces were not counted
   * @throws StoresUnavailableException when the partitions cannot be read now; the reader may have
   *     been called already
   */
  List<String> counts(LedgerPartition.CountReader reader);

  /**
   * A part of the matching traces.
   *
   * @param next start of the next page; empty on the last page. A page may have fewer traces than
   *     its limit, even none, when the limit of traces read was reached
   * @param missing hosts whose partitions were not read
   */
  record Page(List<TraceSnapshot> traces, Optional<ScanPosition> next, List<String> missing) {
    public Page {
      traces = List.copyOf(traces);
      missing = List.copyOf(missing);
    }
  }
}
