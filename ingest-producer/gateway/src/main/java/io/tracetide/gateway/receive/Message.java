package io.tracetide.gateway.receive;

/**
 * A body as it came over the wire: {@code length} bytes of an array.
 *
 * @param gzip whether they are to be inflated
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record Message(byte[] bytes, int from, int length, boolean gzip) {

  public static Message of(byte[] bytes, boolean gzip) {
    return new Message(bytes, 0, bytes.length, gzip);
  }
}
