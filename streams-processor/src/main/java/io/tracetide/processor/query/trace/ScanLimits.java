package io.tracetide.processor.query.trace;

/**
 * Limits of one read of the ledger.
 *
 * @param traces traces returned
 * @param steps whether they come with their steps
 * @param read traces read, whether they match or not
 * @param bytes weight of the returned traces, see {@link TraceScan}; the first one is returned even
 *     if it exceeds the limit
 * @param traceBytes weight of one of them; a heavier one is returned without its steps
 */
public record ScanLimits(int traces, boolean steps, int read, long bytes, long traceBytes) {

  /** The limits that remain after a read. */
  public ScanLimits after(TraceScan.Found found) {
    long weight = found.traces().stream().mapToLong(TraceScan::weight).sum();
    return new ScanLimits(
        traces - found.traces().size(),
        steps,
        Math.max(0, read - found.read()),
        Math.max(0, bytes - weight),
        traceBytes);
  }

  /** The same limits for an answer of at most that size. */
  public ScanLimits within(long answerBytes) {
    return new ScanLimits(
        traces, steps, read, Math.min(bytes, answerBytes), Math.min(traceBytes, answerBytes));
  }
}
