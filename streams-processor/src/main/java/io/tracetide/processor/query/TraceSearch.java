package io.tracetide.processor.query;

import io.tracetide.runtime.config.DurationFormat;

/** Lists traces page by page, and shows single ones. */
final class TraceSearch {
  /** Traces looked at for one page: a second or two, after which the caller decides to go on. */
  private static final int MOST_READ = 50_000;

  private final LedgerView view;
  private final long mostBytes;
  private final TraceRetention retention;

  TraceSearch(LedgerView view, long mostBytes, TraceRetention retention) {
    this.view = view;
    this.mostBytes = mostBytes;
    this.retention = retention;
  }

  TracesAnswer list(TraceListQuery query, Patience patience) {
    LedgerView.Page page =
        view.page(
            query.filter(),
            query.from(),
            new ScanLimits(query.limit(), query.steps(), MOST_READ, mostBytes, mostBytes),
            patience);
    return new TracesAnswer(
        !page.missing().isEmpty(),
        page.missing(),
        page.traces().stream().map(trace -> TracesAnswer.Trace.of(trace, query.steps())).toList(),
        page.next().map(place -> TraceCursor.of(place, query.question())).orElse(null));
  }

  TraceAnswer one(String tenant, String traceId) {
    return view.find(tenant, traceId)
        .map(TraceAnswer::of)
        .orElseThrow(() -> new UnknownTraceException(unknown(tenant, traceId)));
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
