package io.tracetide.client.send;

import java.io.IOException;

/**
 * Distinguishes an unreachable registry from an event that cannot be serialized. Confluent's
 * serializers throw the same exception for both; after an outage its causes include the failed
 * request.
 */
public final class Outage {

  private static final String REFUSED_REQUEST =
      "io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException";
  private static final int DEEPEST = 16;

  private Outage() {}

  public static boolean isBehind(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof IOException || cause.getClass().getName().equals(REFUSED_REQUEST)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
