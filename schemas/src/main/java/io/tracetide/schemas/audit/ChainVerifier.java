package io.tracetide.schemas.audit;

import io.tracetide.schemas.audit.ChainBreak.Fault;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the chain of one partition, link by link, up to the first invalid link. The first link
 * may have any sequence number, because older ones expire.
 */
public final class ChainVerifier {

  private final int partition;
  private final List<ChainHead> anchors;
  private @Nullable ChainBreak broken;
  private long first = -1;
  private long last = -1;
  private long links;
  private byte[] lastHash = {};

  /**
   * A verifier of one partition.
   *
   * @param anchors links that are known from before; those of other partitions are ignored
   */
  public ChainVerifier(int partition, List<ChainHead> anchors) {
    this.partition = partition;
    this.anchors = new ArrayList<>(anchors);
    this.anchors.removeIf(anchor -> anchor.partition() != partition);
  }

  /** Verifies the next link; links after a break are ignored. */
  public void next(ChainLink link) {
    if (broken != null) {
      return;
    }
    broken = fault(link);
    if (broken == null) {
      broken = anchored(link);
    }
    first = first < 0 ? link.sequence() : first;
    last = link.sequence();
    lastHash = link.hash();
    links++;
  }

  /** Reports a record that cannot be read. */
  public void unreadable(String detail) {
    broken = broken == null ? broken(-1, Fault.UNREADABLE, detail) : broken;
  }

  private @Nullable ChainBreak fault(ChainLink link) {
    long sequence = link.sequence();
    boolean begins = links == 0;
    if (!begins && sequence == last && MessageDigest.isEqual(link.hash(), lastHash)) {
      return broken(
          sequence, Fault.REPEATED, "written twice, as a crash under at_least_once leaves it");
    }
    byte[] hash = AuditChain.hash(link.previousHash(), sequence, link.content());
    if (!MessageDigest.isEqual(hash, link.hash())) {
      return broken(
          sequence, Fault.HASH, "the record's content does not have the hash in the record");
    }
    if (!begins && sequence <= last) {
      return broken(
          sequence,
          Fault.ORDER,
          sequence == 0
              ? "the chain begins again after sequence " + last
              : "follows sequence " + last);
    }
    if (!begins && sequence > last + 1) {
      return broken(
          sequence,
          Fault.GAP,
          "follows sequence %d, so %d records are missing".formatted(last, sequence - last - 1));
    }
    boolean origin = sequence == 0;
    boolean linked =
        begins
            ? link.previousHash().length == (origin ? 0 : AuditChain.HASH_BYTES)
            : MessageDigest.isEqual(link.previousHash(), lastHash);
    return linked
        ? null
        : broken(sequence, Fault.PREVIOUS, "its previous hash is not that of the record before it");
  }

  private @Nullable ChainBreak anchored(ChainLink link) {
    for (Iterator<ChainHead> known = anchors.iterator(); known.hasNext(); ) {
      ChainHead anchor = known.next();
      if (anchor.sequence() == link.sequence()) {
        known.remove();
        if (!anchor.hash().equals(HexFormat.of().formatHex(link.hash()))) {
          return broken(link.sequence(), Fault.ANCHOR, "differs from the known record " + anchor);
        }
      }
    }
    return null;
  }

  /** Ends the chain; the break, if there is one. */
  public Optional<ChainBreak> end() {
    if (broken == null && !anchors.isEmpty()) {
      ChainHead missing = anchors.get(0);
      String range = links == 0 ? "no records" : "sequences " + first + " to " + last;
      broken =
          broken(
              missing.sequence(),
              Fault.ANCHOR,
              "is known as %s, and there are %s".formatted(missing, range));
    }
    return Optional.ofNullable(broken);
  }

  /** Number of verified links. */
  public long links() {
    return links;
  }

  /** Sequence of the first link; -1 without any. */
  public long first() {
    return first;
  }

  /** The newest link; empty without any. */
  public Optional<ChainHead> head() {
    return links == 0 ? Optional.empty() : Optional.of(ChainHead.of(partition, last, lastHash));
  }

  private ChainBreak broken(long sequence, Fault fault, String detail) {
    return new ChainBreak(partition, sequence, fault, detail);
  }
}
