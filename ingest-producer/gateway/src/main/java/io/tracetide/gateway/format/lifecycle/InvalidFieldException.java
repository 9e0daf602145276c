package io.tracetide.gateway.format.lifecycle;

/** A field of an event that does not match the contract. */
final class InvalidFieldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The path goes back to the client: it may only contain names of the contract's fields. */
  InvalidFieldException(String path, String expected) {
    // Becomes a response, never a log entry: no stack trace.
    super(path + " must be " + expected, null, false, false);
  }

  String detail() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
