package io.tracetide.processor.query.trace;

import io.tracetide.processor.ledger.trace.TraceSnapshot;
import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.CancellationCheck;
import io.tracetide.processor.query.store.StoresUnavailableException;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.runtime.config.DurationFormat;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lists traces page by page, and returns single ones. */
public final class TraceSearch {
  /** Traces read for one page, which takes a second or two; the caller requests the next page. */
  private static final int MOST_READ = 50_000;

  private final LedgerView view;
  private final long mostBytes;
  private final TraceRetention retention;
  private final CursorSeal cursors;

  public TraceSearch(
      LedgerView view, long mostBytes, TraceRetention retention, CursorSeal cursors) {
    this.view = view;
    this.mostBytes = mostBytes;
    this.retention = retention;
    this.cursors = cursors;
  }

  public TracesAnswer list(TraceListQuery query, CancellationCheck cancellation) {
    LedgerView.Page page =
        view.page(
            query.filter(),
            query.from(),
            new ScanLimits(query.limit(), query.steps(), MOST_READ, mostBytes, mostBytes),
            cancellation);
    return new TracesAnswer(
        !page.missing().isEmpty(),
        page.missing(),
        page.traces().stream().map(trace -> TracesAnswer.Trace.of(trace, query.steps())).toList(),
        page.next()
            .map(position -> TraceCursor.of(position, query.identity(), cursors))
            .orElse(null));
  }

  /**
   * One trace, of the first of these tenants that has it, by its id as given or else in the form
   * that the gateway writes.
   *
   * @param allowed tenants that the caller has access to; a trace of any other is unknown
   * @throws StoresUnavailableException when it was not found and not every partition could be read
   */
  public TraceAnswer one(Collection<String> tenants, Tenants allowed, String traceId) {
    @Nullable StoresUnavailableException unavailable = null;
    for (String id : TraceIdForms.of(traceId)) {
      for (String tenant : tenants) {
        try {
          Optional<TraceSnapshot> found =
              allowed.includes(tenant) ? view.find(tenant, id) : Optional.empty();
          if (found.isPresent()) {
            return TraceAnswer.of(found.get());
          }
        } catch (StoresUnavailableException e) {
          unavailable = e;
        }
      }
    }
    if (unavailable != null) {
      throw unavailable;
    }
    throw new UnknownTraceException(unknown(String.join(", ", tenants), traceId));
  }

  private String unknown(String tenant, String traceId) {
    return "Tenant '%2$s' has no trace '%1$s'. After its end a trace is kept for %3$s, and a failed or slow trace for %4$s."
        .formatted(
            BadParameterException.quoted(traceId),
            BadParameterException.quoted(tenant),
            DurationFormat.print(retention.finished()),
            DurationFormat.print(retention.notable()));
  }
}
