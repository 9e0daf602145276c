package io.tracetide.processor.incident;

import io.tracetide.processor.window.SeriesId;

/**
 * An operation of a tenant's service.
 *
 * @param operation its name as in the series; {@code *} for the whole service
 */
public record TracedOperation(String service, String operation) {

  boolean isService() {
    return operation.equals(SeriesId.ALL_OPERATIONS);
  }

  TracedOperation ofService() {
    return new TracedOperation(service, SeriesId.ALL_OPERATIONS);
  }
}
