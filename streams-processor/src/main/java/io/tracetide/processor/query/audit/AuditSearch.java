package io.tracetide.processor.query.audit;

import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.runtime.kafka.audit.TrailPage;
import io.tracetide.runtime.kafka.audit.TrailRequest;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/** Answers queries of the audit trail. */
public final class AuditSearch {
  private static final Instant LATEST = Instant.parse("2500-01-01T00:00:00Z");

  private final AuditView view;
  private final CursorSeal cursors;

  public AuditSearch(AuditView view, CursorSeal cursors) {
    this.view = view;
    this.cursors = cursors;
  }

  /** A page of entries. */
  public AuditAnswer answer(AuditQuery query, BooleanSupplier cancelled) {
    TrailPage page =
        view.page(
            new TrailRequest(
                query.range().map(TimeRange::from).orElse(Instant.EPOCH),
                query.range().map(TimeRange::to).orElse(LATEST),
                query.before(),
                query.filter(),
                query.limit(),
                cancelled));
    return new AuditAnswer(
        page.entries().stream().map(AuditAnswer.Entry::of).toList(),
        page.scanned(),
        page.unreadable(),
        page.before().isEmpty() ? null : AuditCursor.of(page.before(), query.identity(), cursors));
  }

  /** What was verified so far. */
  public VerificationAnswer verification() {
    return VerificationAnswer.of(view.verification());
  }
}
