package io.tracetide.schemas.registry;

import org.apache.kafka.common.errors.SerializationException;

/** The registry has no such schema. A record with this schema id cannot be read. */
public final class UnknownSchemaException extends SerializationException {

  private static final long serialVersionUID = 1L;

  public UnknownSchemaException(String message) {
    super(message);
  }
}
