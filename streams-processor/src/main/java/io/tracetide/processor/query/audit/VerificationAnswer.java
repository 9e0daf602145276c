package io.tracetide.processor.query.audit;

import io.tracetide.runtime.kafka.audit.ChainReport;
import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.schemas.audit.ChainBreak;
import io.tracetide.schemas.audit.ChainHead;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/audit/verification}.
 *
 * @param state {@code verifying} until all records that were present were verified once, then
 *     {@code verified}; {@code unavailable} while the topic cannot be read
 * @param valid false if a chain has an invalid record, true if all chains are valid; null as long
 *     as not all records were verified
 * @param checkedAt when all records that the topic had then were verified; null before the first
 *     time
 * @param records verified records of all partitions
 * @param trouble why the topic cannot be read; null when it is read
 */
public record VerificationAnswer(
    String state,
    @Nullable Boolean valid,
    @Nullable Instant checkedAt,
    long records,
    @Nullable String trouble,
    List<Chain> partitions) {

  public VerificationAnswer {
    partitions = List.copyOf(partitions);
  }

  /**
   * The chain of one partition.
   *
   * @param records verified records
   * @param firstSequence position of the oldest; null without records
   * @param lastSequence position of the newest; null without records
   * @param headHash hash of the newest, in hex; null without records
   * @param waiting offsets that were not read yet, transaction markers included
   * @param firstInvalid the first invalid record; null when there is none
   */
  public record Chain(
      int partition,
      long records,
      @Nullable Long firstSequence,
      @Nullable Long lastSequence,
      @Nullable String headHash,
      long waiting,
      @Nullable Invalid firstInvalid) {

    static Chain of(ChainReport.Part part) {
      Verification.Partition chain = part.chain();
      return new Chain(
          chain.partition(),
          chain.links(),
          chain.first() < 0 ? null : chain.first(),
          chain.head().map(ChainHead::sequence).orElse(null),
          chain.head().map(ChainHead::hash).orElse(null),
          part.waiting(),
          chain.broken().map(Invalid::of).orElse(null));
    }
  }

  /**
   * An invalid record.
   *
   * @param sequence position in the record; null when it cannot be read
   * @param fault kind of the fault, as {@code audit verify} prints it
   * @param detail the same for people
   */
  public record Invalid(@Nullable Long sequence, String fault, String detail) {
    static Invalid of(ChainBreak broken) {
      return new Invalid(
          broken.sequence() < 0 ? null : broken.sequence(),
          broken.fault().name().toLowerCase(Locale.ROOT),
          broken.detail());
    }
  }

  static VerificationAnswer of(ChainReport report) {
    boolean done = report.checkedAt().isPresent();
    return new VerificationAnswer(
        report.trouble().isPresent() ? "unavailable" : done ? "verified" : "verifying",
        report.broken() > 0 ? Boolean.FALSE : done ? Boolean.TRUE : null,
        report.checkedAt().orElse(null),
        report.records(),
        report.trouble().orElse(null),
        report.partitions().stream().map(Chain::of).toList());
  }
}
