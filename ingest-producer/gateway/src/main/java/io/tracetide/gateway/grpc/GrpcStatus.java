package io.tracetide.gateway.grpc;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;

/** Encodes the status of a call for its trailers. */
final class GrpcStatus {

  static final int OK = 0;
  static final int UNIMPLEMENTED = 12;

  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  // google.rpc.Status, google.protobuf.Any, google.rpc.RetryInfo, google.protobuf.Duration
  private static final int STATUS_CODE = 1;
  private static final int STATUS_MESSAGE = 2;
  private static final int STATUS_DETAILS = 3;
  private static final int ANY_TYPE = 1;
  private static final int ANY_VALUE = 2;
  private static final int RETRY_DELAY = 1;
  private static final int DURATION_SECONDS = 1;
  private static final int DURATION_NANOS = 2;

  private static final String HEX = "0123456789ABCDEF";

  private GrpcStatus() {}

  /** Encodes {@code grpc-message}: UTF-8, percent-encoded outside printable ASCII. */
  static String percentEncoded(String message) {
    StringBuilder encoded = new StringBuilder(message.length());
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        encoded.append((char) b);
      } else {
        encoded.append('%').append(HEX.charAt((b >> 4) & 0xF)).append(HEX.charAt(b & 0xF));
      }
    }
    return encoded.toString();
  }

  /**
   * Encodes {@code grpc-status-details-bin}: a {@code google.rpc.Status} with the retry delay.
   * Without it, OTLP exporters do not retry RESOURCE_EXHAUSTED.
   */
  static String retryDetails(int code, String message, Duration retryAfter) {
    byte[] delay =
        message(
            out -> {
              out.writeInt64(DURATION_SECONDS, retryAfter.toSeconds());
              out.writeInt32(DURATION_NANOS, retryAfter.toNanosPart());
            });
    byte[] retryInfo = message(out -> out.writeByteArray(RETRY_DELAY, delay));
    byte[] any =
        message(
            out -> {
              out.writeString(ANY_TYPE, RETRY_INFO);
              out.writeByteArray(ANY_VALUE, retryInfo);
            });
    byte[] status =
        message(
            out -> {
              out.writeInt32(STATUS_CODE, code);
              out.writeString(STATUS_MESSAGE, message);
              out.writeByteArray(STATUS_DETAILS, any);
            });
    return Base64.getEncoder().withoutPadding().encodeToString(status);
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to an array does no I/O", e);
    }
    return bytes.toByteArray();
  }

  @FunctionalInterface
  private interface Fields {

    void write(CodedOutputStream out) throws IOException;
  }
}
