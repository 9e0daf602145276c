package io.tracetide.standalone.replay;

import java.util.function.Supplier;

/**
 * Spans that go in one request.
 *
 * @param spans how many
 * @param lastEndMs when the last of them ended, shifted
 * @param contentType of the body
 * @param body made when it is needed, on the sender's thread
 */
public record Batch(int spans, long lastEndMs, String contentType, Supplier<byte[]> body) {
  public static final String PROTOBUF = "application/x-protobuf";
  public static final String JSON = "application/json";
}
