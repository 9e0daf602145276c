package io.tracetide.processor.query.live.view;

/**
 * The state of one window of a series, one anomaly or one trace as JSON. A later item with the same
 * key replaces it.
 *
 * @param section list of the message that contains it
 * @param key identifies the window, anomaly or trace in its section
 * @param json not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by key only.
public record Item(String section, Object key, byte[] json) {

  /** Approximate bytes of an item in memory beside its JSON. */
  private static final int OVERHEAD_BYTES = 160;

  /** Approximate bytes in memory. */
  public int weight() {
    return OVERHEAD_BYTES + json.length;
  }
}
