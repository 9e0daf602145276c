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

/** Lists traces page by page, and shows single ones. */
public final class TraceSearch {
  /** Traces looked at for one page: a second or two, after which the caller decides to go on. */
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
        page.next().map(place -> TraceCursor.of(place, query.question(), cursors)).orElse(null));
  }

  /**
   * One trace, of the first of these tenants that has it, under its id as it is given or else as
   * the gateway would have written it.
   *
   * @param allowed tenants that the caller may see; of any other, nothing is known
   * @throws StoresUnavailableException when it was not found and some of it could not be looked for
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
    return "No trace '%s' of tenant '%s' is known. After its end a trace is kept for %s, and one that failed or was slow for %s."
        .formatted(
            BadParameterException.quoted(traceId),
            BadParameterException.quoted(tenant),
            DurationFormat.print(retention.finished()),
            DurationFormat.print(retention.notable()));
  }
}
