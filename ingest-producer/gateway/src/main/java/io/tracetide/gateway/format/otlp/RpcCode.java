package io.tracetide.gateway.format.otlp;

import io.tracetide.gateway.record.RequestRefusal;

/** Codes of {@code google.rpc.Status}. */
public final class RpcCode {

  private static final int INVALID_ARGUMENT = 3;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int INTERNAL = 13;
  private static final int UNAVAILABLE = 14;

  private RpcCode() {}

  public static int of(RequestRefusal refusal) {
    return switch (refusal) {
      case MALFORMED, UNSUPPORTED_MEDIA_TYPE -> INVALID_ARGUMENT;
      case TOO_LARGE, RATE_LIMITED -> RESOURCE_EXHAUSTED;
      case OVERLOADED, KAFKA_UNAVAILABLE, REGISTRY_UNAVAILABLE -> UNAVAILABLE;
      case INTERNAL -> INTERNAL;
    };
  }
}
