package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.LedgerPartition;
import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StoresUnavailableException;
import java.util.List;
import java.util.Optional;

/** Traces in flight and lately finished, for reading only. */
public interface LedgerView {

  /**
   * The trace of that id; empty when it is not known, or no longer.
   *
   * @throws StoresUnavailableException when its partition cannot be read now, here or at its owner:
   *     nothing is known of the trace then
   */
  Optional<TraceSnapshot> find(String tenant, String traceId);

  /**
   * Reads a page of the traces that match, partition by partition, in an order in which a trace
   * keeps its place as long as it exists.
   *
   * @param from where to begin; what an earlier page ended with
   * @throws StoresUnavailableException when the partitions cannot be read now
   */
  Page page(
      TraceCriteria filter, ScanPosition from, ScanLimits limits, CancellationCheck cancellation);

  /**
   * Hands how many traces of each service are in flight to the reader, once for each partition that
   * has any.
   *
   * @return hosts whose traces were not counted
   * @throws StoresUnavailableException when the partitions cannot be read now; the reader may have
   *     been called already
   */
  List<String> counts(LedgerPartition.CountReader reader);

  /**
   * Some of the traces that match.
   *
   * @param next where those that follow begin; empty when there are none. A page may have fewer
   *     traces than it could, even none, and yet others follow: it ends when enough has been read
   * @param missing hosts whose partitions were passed over
   */
  record Page(List<TraceSnapshot> traces, Optional<ScanPosition> next, List<String> missing) {
    public Page {
      traces = List.copyOf(traces);
      missing = List.copyOf(missing);
    }
  }
}
