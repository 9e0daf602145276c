package io.tracetide.processor.query.request;

/** The caller has no access to the tenant, or it does not exist. */
public final class UnknownTenantException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownTenantException(String tenant) {
    super("No tenant '%s' is accessible.".formatted(BadParameterException.quoted(tenant)));
  }
}
