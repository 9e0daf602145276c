package io.tracetide.gateway.receive;

/** The client closed the connection, so that no response can be sent. */
public final class CutOffException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public CutOffException() {
    super("the body is cut off", null, false, false);
  }
}
