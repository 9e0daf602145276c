package io.tracetide.standalone.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A role in a process of its own, small and with a plain collector, for tests that kill it. */
public final class RoleProcess {

  private RoleProcess() {}

  /**
   * Starts an instance of a processor with one thread, whose partitions go to the others soon after
   * it has died; it belongs to the caller, who ends it.
   *
   * @param directory for its configuration, log and state, which have its name
   * @param settings YAML of its section {@code processor}, beside those that each instance has
   */
  public static Process startInstance(
      PipelineFixture kafka, Path directory, String name, int port, String settings)
      throws IOException {
    Path config = directory.resolve(name + ".yaml");
    Files.writeString(
        config,
        """
        kafka:
          bootstrapServers: "%s"
          properties: { acceptable.recovery.lag: "1000000", session.timeout.ms: "6000", heartbeat.interval.ms: "2000" }
        registry: { url: "%s" }
        processor:
          listener: { port: %d }
          threads: 1
          stateDir: "%s"
          %s
        """
            .formatted(
                kafka.bootstrapServers(),
                kafka.registryUrl(),
                port,
                directory.resolve("state-" + name),
                settings));
    return start("processor", config, directory.resolve(name + ".log"), "-Xmx192m");
  }

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
