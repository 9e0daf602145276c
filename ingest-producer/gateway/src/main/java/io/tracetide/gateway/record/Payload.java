package io.tracetide.gateway.record;

/**
 * An uncompressed request body.
 *
 * @param bytes array that holds it
 * @param from position of its first byte
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over once, never compared.
public record Payload(byte[] bytes, int from, int length) {

  public static Payload of(byte[] bytes) {
    return new Payload(bytes, 0, bytes.length);
  }
}
