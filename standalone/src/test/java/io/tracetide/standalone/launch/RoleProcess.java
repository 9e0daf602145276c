package io.tracetide.standalone.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A role in a process of its own, small and with a plain collector, for tests that kill it. */
public final class RoleProcess {

  private RoleProcess() {}

  /**
   * Starts a role; it belongs to the caller, who ends it.
   *
   * @param role command of the command line
   * @param log gets what it prints, after what is there already
   * @param jvm further options of its JVM, which win over the ones here
   */
  public static Process start(String role, Path config, Path log, String... jvm)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("-Xmx256m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
    command.addAll(List.of(jvm));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("io.tracetide.standalone.cli.Main");
    command.add(role);
    command.add("--config");
    command.add(config.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }
}
