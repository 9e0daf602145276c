package io.tracetide.processor.query.trace;

/**
 * Where a read of the ledger ends although more may follow.
 *
 * @param traces traces handed out
 * @param steps whether they come with their steps
 * @param read traces looked at, whether they match or not
 * @param bytes what the traces handed out weigh, see {@link TraceScan}; the first one is handed out
 *     even if it weighs more
 * @param traceBytes what one of them weighs; a heavier one comes without its steps
 */
public record ScanLimits(int traces, boolean steps, int read, long bytes, long traceBytes) {

  /** What is left of them. */
  public ScanLimits after(TraceScan.Found found) {
    long weight = found.traces().stream().mapToLong(TraceScan::weight).sum();
    return new ScanLimits(
        traces - found.traces().size(),
        steps,
        Math.max(0, read - found.read()),
        Math.max(0, bytes - weight),
        traceBytes);
  }

  /** The same for an answer of that size at most. */
  public ScanLimits within(long answerBytes) {
    return new ScanLimits(
        traces, steps, read, Math.min(bytes, answerBytes), Math.min(traceBytes, answerBytes));
  }
}
