package io.tracetide.schemas.audit;

/**
 * The first invalid link of a partition.
 *
 * @param partition of the topic
 * @param sequence sequence number in the link; -1 when it cannot be read
 * @param fault kind of the fault
 * @param detail the same for people
 */
public record ChainBreak(int partition, long sequence, Fault fault, String detail) {

  /** Kinds of faults. */
  public enum Fault {
    /** The link cannot be read as a record of the trail. */
    UNREADABLE,
    /** The content does not have the hash in the link. */
    HASH,
    /** The previous hash is not that of the link before. */
    PREVIOUS,
    /** Links are missing before it. */
    GAP,
    /** The sequence number is lower than expected. */
    ORDER,
    /** The link is present twice: written again after a crash under at_least_once. */
    REPEATED,
    /** A link that was known before is missing or differs. */
    ANCHOR
  }
}
