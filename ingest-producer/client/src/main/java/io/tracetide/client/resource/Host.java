package io.tracetide.client.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host or container of this process. */
public final class Host {

  private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

  private Host() {}

  /** Its name, without a look-up over the network. */
  public static String name() {
    try {
      String name = Files.readString(KERNEL_NAME).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException notLinux) {
      // Falls back to the environment.
    }
    String variable = System.getenv("HOSTNAME");
    String windows = System.getenv("COMPUTERNAME");
    return variable != null ? variable : windows != null ? windows : "unknown-host";
  }
}
