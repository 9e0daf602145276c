package io.tracetide.query.answer;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code /monitoring/audit/verification}.
 *
 * @param state {@code verifying}, {@code verified} or {@code unavailable}
 * @param valid false if a chain has an invalid record; null as long as not all were verified
 * @param checkedAt when all records that the topic had then were verified; null before that
 * @param records verified records
 * @param trouble why the topic cannot be read; null when it can be
 * @param partitions the chain of each partition
 */
public record AuditVerification(
    String state,
    @Nullable Boolean valid,
    @Nullable Instant checkedAt,
    long records,
    @Nullable String trouble,
    List<Chain> partitions) {
  public AuditVerification {
    partitions = Values.list(partitions);
  }

  /**
   * The chain of one partition.
   *
   * @param records verified records
   * @param firstSequence position of the oldest; null without records
   * @param headHash hash of the newest, in hex
   * @param waiting offsets that were not read yet, transaction markers included
   * @param firstInvalid null when all are valid
   */
  public record Chain(
      int partition,
      long records,
      @Nullable Long firstSequence,
      @Nullable Long lastSequence,
      @Nullable String headHash,
      long waiting,
      @Nullable InvalidRecord firstInvalid) {}

  /**
   * The first record of a chain that is invalid.
   *
   * @param sequence position in the record; null when it cannot be read
   */
  public record InvalidRecord(@Nullable Long sequence, String fault, String detail) {}
}
