package io.tracetide.schemas.registry;

/**
 * The registry refuses a new schema, because it breaks its subject's compatibility or is invalid.
 */
public final class IncompatibleSchemaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public IncompatibleSchemaException(String message) {
    super(message);
  }
}
