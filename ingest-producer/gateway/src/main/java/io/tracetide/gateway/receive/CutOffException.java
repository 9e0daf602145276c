package io.tracetide.gateway.receive;

/** The sender hung up, or has its answer already: nobody reads another one. */
public final class CutOffException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CutOffException() {
    super("the body is cut off", null, false, false);
  }
}
