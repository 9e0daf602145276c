package io.tracetide.runtime.http;

import io.tracetide.runtime.life.EnvironmentException;

/** The port is in use. */
public final class PortInUseException extends EnvironmentException {
  private static final long serialVersionUID = 1;

  PortInUseException(String host, int port, Throwable cause) {
    super(
        "port "
            + port
            + " on "
            + host
            + " is in use: stop what listens there, or configure another port (0 for any free one)",
        cause);
  }
}
