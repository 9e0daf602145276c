package io.tracetide.schemas.audit;

/**
 * The first link of a partition that does not hold.
 *
 * @param partition of the topic
 * @param sequence what the link says it is; -1 when it cannot be read
 * @param fault what is wrong
 * @param detail the same for people
 */
public record ChainBreak(int partition, long sequence, Fault fault, String detail) {

  /** What can be wrong with a link. */
  public enum Fault {
    /** It is not a record of the trail. */
    UNREADABLE,
    /** What it says is not what its hash was made of. */
    HASH,
    /** Its predecessor is another than the one before it. */
    PREVIOUS,
    /** Links are missing before it. */
    GAP,
    /** It stands where a later one should. */
    ORDER,
    /** It is there twice: written again after a crash under at_least_once. */
    REPEATED,
    /** A link that was known before is not there, or is another. */
    ANCHOR
  }
}
