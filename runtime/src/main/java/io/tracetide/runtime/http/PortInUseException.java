package io.tracetide.runtime.http;

import io.tracetide.runtime.life.EnvironmentException;

/** The port is in use. */
public final class PortInUseException extends EnvironmentException {
  private static final long serialVersionUID = 1;

  private final int port;

  PortInUseException(String host, int port, Throwable cause) {
    super(
        "port "
            + port
            + " on "
            + host
            + " is in use: stop what listens there, or configure another port (0 for any free one)",
        cause);
    this.port = port;
  }

  public int port() {
    return port;
  }
}
