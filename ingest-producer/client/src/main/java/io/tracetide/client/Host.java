package io.tracetide.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine, or the container, that this process runs in. */
final class Host {

  private static final Path KERNEL_NAME = Path.of("/proc/sys/kernel/hostname");

  private Host() {}

  /** Its name, without asking the network, which may take long to answer. */
  static String name() {
    try {
      String name = Files.readString(KERNEL_NAME).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException notLinux) {
      // The environment may know.
    }
    String variable = System.getenv("HOSTNAME");
    String windows = System.getenv("COMPUTERNAME");
    return variable != null ? variable : windows != null ? windows : "unknown-host";
  }
}
