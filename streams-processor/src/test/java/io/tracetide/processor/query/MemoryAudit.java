package io.tracetide.processor.query;

import io.tracetide.processor.query.audit.AuditView;
import io.tracetide.runtime.kafka.audit.ChainReport;
import io.tracetide.runtime.kafka.audit.TrailPage;
import io.tracetide.runtime.kafka.audit.TrailRequest;
import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.AuditChain;
import io.tracetide.schemas.audit.ChainBreak;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.audit.ChainLink;
import io.tracetide.schemas.audit.ChainVerifier;
import io.tracetide.schemas.serde.AvroBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A trail of one partition with two entries of each tenant, a second apart. */
public final class MemoryAudit implements AuditView {
  private final List<TrailPage.Entry> entries = new ArrayList<>();
  private Optional<String> trouble = Optional.empty();

  public MemoryAudit(List<String> tenants, Instant newest) {
    for (int i = 0; i < 2 * tenants.size(); i++) {
      String tenant = tenants.get(i % tenants.size());
      boolean token = i < tenants.size();
      add(
          new AuditEntry(
              tenant,
              newest.minusSeconds(2L * tenants.size() - i),
              token ? "tq_" + tenant : "processor",
              token ? "token.used" : "violation.opened",
              token ? "processor:tq_" + tenant : "fp-" + i + "@2026",
              token ? Map.of() : Map.of("traceIds", "t1,t2", "service", "shop")));
    }
  }

  /** Chains an entry. */
  public void add(AuditEntry entry) {
    byte[] previous =
        entries.isEmpty()
            ? AuditChain.origin()
            : AvroBytes.copy(entries.get(entries.size() - 1).record().getHash());
    AuditRecord record = AuditChain.link(entry, entries.size(), previous);
    entries.add(new TrailPage.Entry(0, entries.size(), record.getTimestamp(), record));
  }

  /** Changes an entry without its hash. */
  public void tamper(int at) {
    TrailPage.Entry entry = entries.get(at);
    entries.set(
        at,
        new TrailPage.Entry(
            0,
            entry.offset(),
            entry.chainedAt(),
            AuditRecord.newBuilder(entry.record()).setActor("nobody").build()));
  }

  public void fail(String why) {
    trouble = Optional.of(why);
  }

  @Override
  public TrailPage page(TrailRequest request) {
    int end = Math.toIntExact(request.before().getOrDefault(0, (long) entries.size()));
    List<TrailPage.Entry> found = new ArrayList<>();
    int at = end;
    while (at > 0 && found.size() < request.limit()) {
      TrailPage.Entry entry = entries.get(--at);
      if (request.filter().test(entry.record())
          && !entry.chainedAt().isBefore(request.from())
          && entry.chainedAt().isBefore(request.to())) {
        found.add(entry);
      }
    }
    boolean more =
        IntStream.range(0, at).anyMatch(i -> request.filter().test(entries.get(i).record()));
    return new TrailPage(found, more ? Map.of(0, (long) at) : Map.of(), end - at, 0);
  }

  @Override
  public ChainReport verification() {
    ChainVerifier verifier = new ChainVerifier(0, List.<ChainHead>of());
    entries.forEach(entry -> verifier.next(ChainLink.of(entry.record())));
    Optional<ChainBreak> broken = verifier.end();
    return new ChainReport(
        List.of(
            new ChainReport.Part(
                new Verification.Partition(
                    0, verifier.links(), verifier.first(), verifier.head(), broken),
                0)),
        Optional.of(entries.get(entries.size() - 1).chainedAt()),
        trouble);
  }
}
