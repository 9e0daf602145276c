package io.tracetide.processor.query.request;

/** The caller has no such tenant. */
public final class UnknownTenantException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownTenantException(String tenant) {
    super("No tenant '%s' is known.".formatted(BadParameterException.quoted(tenant)));
  }
}
