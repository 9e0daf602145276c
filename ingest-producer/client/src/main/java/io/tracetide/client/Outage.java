package io.tracetide.client;

import java.io.IOException;

/**
 * Tells a registry that could not be asked from an event that cannot be written. Confluent's
 * serializers report both as one exception: an outage has the failed request among its causes.
 */
final class Outage {

  private static final String REFUSED_REQUEST =
      "io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException";
  private static final int DEEPEST = 16;

  private Outage() {}

  static boolean isBehind(Throwable failure) {
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
