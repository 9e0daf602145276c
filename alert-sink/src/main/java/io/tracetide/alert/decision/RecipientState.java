package io.tracetide.alert.decision;

/**
 * What a recipient was last notified of.
 *
 * @param sequence of the last notification; the first one has 1
 * @param status of that notification
 */
public record RecipientState(long sequence, Status status) {
  public RecipientState {
    if (sequence < 1) {
      throw new IllegalArgumentException("sequence must be at least 1, not " + sequence);
    }
  }
}
