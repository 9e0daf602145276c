package io.tracetide.processor.query.peer.message;

/** Bytes of another instance that are not a message of the expected kind and version. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final PeerFailure failure;

  private MalformedMessageException(PeerFailure failure, String detail) {
    super(detail);
    this.failure = failure;
  }

  static MalformedMessageException garbled(String detail) {
    return new MalformedMessageException(PeerFailure.GARBLED, detail);
  }

  public static MalformedMessageException otherFormat(String detail) {
    return new MalformedMessageException(PeerFailure.OTHER_FORMAT, detail);
  }

  public PeerFailure failure() {
    return failure;
  }
}
