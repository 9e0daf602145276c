package io.tracetide.gateway.grpc;

import io.tracetide.gateway.receive.Message;
import io.tracetide.gateway.record.Payload;
import io.tracetide.gateway.record.RefusedRequestException;
import io.tracetide.gateway.record.RequestRefusal;

/**
 * The length-prefixed message of a unary call: one byte for compression, four for the length, then
 * the message.
 */
final class Frame {

  static final int HEADER_BYTES = 5;

  private Frame() {}

  /**
   * The message of a request body.
   *
   * @param encoding {@code grpc-encoding} of the request
   * @param limit bytes of the largest message
   */
  static Message unwrap(byte[] body, String encoding, int limit) {
    if (body.length < HEADER_BYTES) {
      throw RefusedRequestException.malformed("gRPC: the body holds no message");
    }
    int flag = body[0];
    if (flag != 0 && flag != 1) {
      throw RefusedRequestException.malformed("gRPC: a frame begins with neither 0 nor 1");
    }
    long length = Integer.toUnsignedLong(length(body));
    if (length > limit) {
      throw new RefusedRequestException(
          RequestRefusal.TOO_LARGE, "the message has more than " + limit + " bytes");
    }
    if (length != body.length - HEADER_BYTES) {
      throw RefusedRequestException.malformed(
          "gRPC: the call must hold one message, as long as its frame says");
    }
    if (flag == 1 && !encoding.equals("gzip")) {
      throw RefusedRequestException.malformed(
          "gRPC: the message is compressed, but grpc-encoding does not say how");
    }
    return new Message(new Payload(body, HEADER_BYTES, (int) length), flag == 1);
  }

  /** Frames a response; it is too short to be compressed. */
  static byte[] wrap(byte[] message) {
    byte[] framed = new byte[HEADER_BYTES + message.length];
    for (int i = 0; i < Integer.BYTES; i++) {
      framed[1 + i] = (byte) (message.length >>> (8 * (Integer.BYTES - 1 - i)));
    }
    System.arraycopy(message, 0, framed, HEADER_BYTES, message.length);
    return framed;
  }

  private static int length(byte[] body) {
    int length = 0;
    for (int i = 1; i < HEADER_BYTES; i++) {
      length = (length << 8) | (body[i] & 0xFF);
    }
    return length;
  }
}
