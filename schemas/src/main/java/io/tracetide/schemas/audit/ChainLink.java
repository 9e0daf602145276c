package io.tracetide.schemas.audit;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.serde.AvroBytes;

/**
 * One place of a chain as far as it is needed to verify it.
 *
 * @param sequence position, from 0
 * @param previousHash hash of the link before, as this one has it
 * @param content hash of what it says
 * @param hash hash of this link, as it has it
 */
@SuppressWarnings("ArrayRecordComponent") // Hashes, handed over once.
public record ChainLink(long sequence, byte[] previousHash, byte[] content, byte[] hash) {

  public static ChainLink of(AuditRecord record) {
    return new ChainLink(
        record.getSequence(),
        AvroBytes.copy(record.getPreviousHash()),
        AuditChain.content(record),
        AvroBytes.copy(record.getHash()));
  }
}
