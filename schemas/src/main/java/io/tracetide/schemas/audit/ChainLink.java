package io.tracetide.schemas.audit;

import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.serde.AvroBytes;

/**
 * One link of a chain, with the values needed to verify it.
 *
 * @param sequence position, from 0
 * @param previousHash hash of the link before, as stored in this one
 * @param content hash of its content, computed
 * @param hash hash of this link, as stored in it
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
