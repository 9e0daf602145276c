package io.tracetide.standalone.replay;

import java.util.function.Supplier;

/**
 * The spans of one request.
 *
 * @param spans number of spans
 * @param lastEndMs end of the last of them, shifted
 * @param contentType of the body
 * @param body encoded on demand, on the sender's thread
 */
public record Batch(int spans, long lastEndMs, String contentType, Supplier<byte[]> body) {
  public static final String PROTOBUF = "application/x-protobuf";
  public static final String JSON = "application/json";
}
