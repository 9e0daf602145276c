package io.tracetide.standalone.environment;

import io.tracetide.runtime.life.EnvironmentException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface. */
public final class LoopbackPort {
  public static final String HOST = "127.0.0.1";

  private static final int FIRST_OWN = 20_000;
  private static final int LAST_OWN = 32_000;
  private static final int ATTEMPTS = 100;

  private LoopbackPort() {}

  /**
   * A free port below the range for outgoing connections, so that no outgoing connection takes it
   * before the caller listens on it.
   */
  public static int free() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = random.nextInt(FIRST_OWN, LAST_OWN + 1);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EnvironmentException(
        "no free port between %d and %d: stop some of the programs that listen there"
            .formatted(FIRST_OWN, LAST_OWN));
  }

  /** Whether a server could listen on the port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Throws if the port is in use.
   *
   * @param what the service that needs the port, for the message
   */
  public static void requireFree(String what, int port) {
    if (port != 0 && !isFree(port)) {
      throw taken(what, port);
    }
  }

  /** The error of a port that is in use. */
  public static EnvironmentException taken(String what, int port) {
    return new EnvironmentException(
        "port %d is taken, %s needs it: stop the program that listens on it, or shift every port with --port-offset N"
            .formatted(port, what));
  }
}
