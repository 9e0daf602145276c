package io.tracetide.gateway.format.lifecycle;

/** A field of one event is not what the contract says. */
final class InvalidFieldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Only names of the contract's own fields may be in the path, for it goes back to the sender. */
  InvalidFieldException(String path, String expected) {
    // An answer to a stranger, not a fault of ours: no stack, no cost.
    super(path + " must be " + expected, null, false, false);
  }

  String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
