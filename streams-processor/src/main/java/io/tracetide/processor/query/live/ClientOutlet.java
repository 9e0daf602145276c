package io.tracetide.processor.query.live;

/**
 * Port: the way to one client. Methods do not block, and are called by the thread of the broker.
 */
public interface ClientOutlet {

  /** Why the server closes a connection. */
  enum Ending {
    /** The client does not read. */
    SLOW,
    /** The connection is old; its token has to be checked again. */
    AGED,
    /** The processor stops. */
    STOPPING
  }

  /** Whether the message before has been taken by the network. */
  boolean isReady();

  /** Sends a message; only when {@link #isReady}. */
  void send(LiveMessage message);

  /** Closes the connection; nothing is sent after it. */
  void close(Ending ending, String detail);
}
