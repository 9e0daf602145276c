package io.tracetide.processor.query.peer.message;

import io.tracetide.processor.query.request.Scope;

/**
 * Asks an instance for windows of one of its partitions.
 *
 * @param limitBytes greatest answer that is welcome
 * @param tier name of the tier
 * @param namesOnly whether the counts may be left out
 */
public record WindowsQuestion(
    int partition,
    int limitBytes,
    String tier,
    long fromMs,
    long toMs,
    Scope scope,
    boolean namesOnly) {
  private static final int MOST_BYTES = 1 << 20;

  public byte[] encode() {
    MessageWriter out = new MessageWriter(MessageKind.WINDOWS_QUESTION, MOST_BYTES);
    out.unsigned(partition);
    out.unsigned(limitBytes);
    out.text(tier);
    out.signed(fromMs);
    out.signed(toMs);
    out.flag(namesOnly);
    out.tenants(scope.tenants());
    out.names(scope.services());
    out.flag(scope.parts());
    return out.finish();
  }

  public static WindowsQuestion decode(byte[] message) {
    MessageReader in = new MessageReader(message, MessageKind.WINDOWS_QUESTION);
    int partition = in.below(Integer.MAX_VALUE);
    int limitBytes = in.below(Integer.MAX_VALUE);
    String tier = in.text();
    long fromMs = in.signed();
    long toMs = in.signed();
    boolean namesOnly = in.flag();
    Scope scope = new Scope(in.tenants(), in.names(), in.flag());
    in.finish();
    return new WindowsQuestion(partition, limitBytes, tier, fromMs, toMs, scope, namesOnly);
  }
}
